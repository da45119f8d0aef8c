import { addressKey, type EmailAddress } from '../base/text/address.ts';
import { isPostgres } from '../storage/database.ts';
import type { Database } from '../storage/schema/schema.ts';
import type { Editor, EditorRole } from './editor.ts';

/** Somebody with a name of their own in the studio. */
export interface Account extends Editor {
  readonly id: number;
  readonly email: string;
  /** Their password is one that somebody else gave them, to be replaced before anything else. */
  readonly passwordGiven: boolean;
}

/** An account with what its password is compared with, apart: that is never handed to a page. */
export interface KeptAccount {
  readonly account: Account;
  readonly passwordHash: string;
}

/** Account as the list of editors shows it. */
export interface ListedAccount extends Account {
  /** UTC milliseconds. */
  readonly addedAt: number;
  /**
   * Time of their last request, to the minute; undefined for accounts that are logged in nowhere.
   */
  readonly seenAt: number | undefined;
}

const COLUMNS = ['editors.id', 'email', 'name', 'role', 'password_given'] as const;

/** All of them, by name. */
export async function listEditors(db: Database): Promise<ListedAccount[]> {
  const rows = await db
    .selectFrom('editors')
    .leftJoin('sessions', 'sessions.editor_id', 'editors.id')
    .select([...COLUMNS, 'editors.created_at', db.fn.max('seen_at').as('seen')])
    .groupBy([...COLUMNS, 'editors.created_at'])
    .orderBy('name')
    .orderBy('editors.id')
    .execute();
  return rows.map((row) => ({
    ...accountOf(row),
    addedAt: row.created_at,
    seenAt: row.seen === null ? undefined : Number(row.seen),
  }));
}

/** Returns them as mail to them is addressed, in the order they came. */
export async function namedEditors(
  db: Database,
): Promise<{ readonly email: EmailAddress; readonly name: string; readonly role: EditorRole }[]> {
  const rows = await db.selectFrom('editors').select(['email', 'name', 'role']).orderBy('id').execute();
  return rows.map((row) => ({ ...row, email: row.email as EmailAddress }));
}

/** Reports whether anybody has an account. */
export async function hasEditors(db: Database): Promise<boolean> {
  return (await db.selectFrom('editors').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** The account of an address, however its letters are written. */
export async function accountAt(db: Database, email: string): Promise<KeptAccount | undefined> {
  return kept(await accounts(db).where('email_key', '=', addressKey(email)).executeTakeFirst());
}

/** The account with an id. */
export async function accountWithId(db: Database, id: number): Promise<KeptAccount | undefined> {
  return kept(await accounts(db).where('id', '=', id).executeTakeFirst());
}

/** A new account with a password that was derived already; undefined when the address has one. */
export async function addEditor(
  db: Database,
  editor: { email: EmailAddress; name: string; role: EditorRole; passwordHash: string; given: boolean },
  now: number,
): Promise<Account | undefined> {
  const row = await db
    .insertInto('editors')
    .values({
      email: editor.email,
      email_key: addressKey(editor.email),
      name: editor.name,
      role: editor.role,
      password_hash: editor.passwordHash,
      password_given: editor.given ? 1 : 0,
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('email_key').doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
  return row && accountOf(row);
}

/** Calls an editor by another name. */
export async function renameEditor(db: Database, id: number, name: string): Promise<void> {
  await db.updateTable('editors').set({ name }).where('id', '=', id).execute();
}

/** Sets what a password is compared with. @param instead only where it is still this. */
export async function setPasswordHash(
  db: Database,
  id: number,
  password: { readonly hash: string; readonly given: boolean },
  instead?: string,
): Promise<void> {
  const update = db
    .updateTable('editors')
    .set({ password_hash: password.hash, password_given: password.given ? 1 : 0 })
    .where('id', '=', id);
  await (instead === undefined ? update : update.where('password_hash', '=', instead)).execute();
}

/** Result of a change that might have left nobody to approve. */
export type RoleChange = 'done' | 'last-approver' | 'not-found';

/** @param without whether the studio can do without an editor who approves. */
export function setRole(db: Database, id: number, role: EditorRole, without: boolean): Promise<RoleChange> {
  return keepingAnApprover(db, id, role === 'approve' || without, async (trx) => {
    await trx.updateTable('editors').set({ role }).where('id', '=', id).execute();
  });
}

/**
 * Takes the account away, and its sessions with it. @param without whether the studio can do
 * without an editor who approves.
 */
export function removeEditor(db: Database, id: number, without: boolean): Promise<RoleChange> {
  return keepingAnApprover(db, id, without, async (trx) => {
    await trx.deleteFrom('editors').where('id', '=', id).execute();
  });
}

/**
 * Counts with the rows locked, so that of two approvers who remove each other one stays; SQLite has
 * one writer anyway.
 */
async function keepingAnApprover(
  db: Database,
  id: number,
  without: boolean,
  change: (trx: Database) => Promise<void>,
): Promise<RoleChange> {
  return db.transaction().execute(async (trx) => {
    const query = trx.selectFrom('editors').select(['id', 'role']).orderBy('id');
    const all = await (isPostgres(trx) ? query.forUpdate() : query).execute();
    const approvers = all.filter(({ role }) => role === 'approve');
    if (!all.some((one) => one.id === id)) return 'not-found';
    if (!without && approvers.length === 1 && approvers[0]?.id === id) return 'last-approver';
    await change(trx);
    return 'done';
  });
}

function accounts(db: Database) {
  return db.selectFrom('editors').select([...COLUMNS, 'password_hash']);
}

function kept(row: (Parameters<typeof accountOf>[0] & { password_hash: string }) | undefined) {
  return row && { account: accountOf(row), passwordHash: row.password_hash };
}

function accountOf(row: {
  id: number;
  email: string;
  name: string;
  role: EditorRole;
  password_given: number;
}): Account {
  const { id, email, name, role } = row;
  return { id, email, name, role, passwordGiven: row.password_given === 1 };
}
