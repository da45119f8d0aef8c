import { createInterface } from 'node:readline';
import { AppError } from '../../base/errors.ts';
import { type EditorRole, may, NAME_FAULT, readName } from '../../editors/editor.ts';
import {
  type Account,
  accountAt,
  addEditor,
  listEditors,
  removeEditor,
  setRole,
} from '../../editors/editor-store.ts';
import { changePassword } from '../../editors/log-in.ts';
import { hashPassword, makePassword, passwordFault } from '../../editors/password.ts';
import type { Ground } from '../../ground.ts';
import { readAddress } from '../arguments.ts';
import { EXIT, say, sayJson } from '../output.ts';

interface PasswordOptions {
  readonly passwordStdin?: boolean;
}

interface AddOptions extends PasswordOptions {
  readonly name?: string;
  readonly role: EditorRole;
}

/** `broadsheet editors list`: everybody who may work in the studio. */
export async function listAccounts(ground: Ground, options: { json?: boolean }): Promise<number> {
  const editors = await listEditors(ground.db);
  if (options.json) {
    sayJson(editors);
    return EXIT.done;
  }
  for (const { email, name, role, passwordGiven, seenAt } of editors) {
    const seen = seenAt === undefined ? 'not logged in' : `last here ${new Date(seenAt).toISOString()}`;
    say(
      `${email.padEnd(30)} ${role.padEnd(8)} ${name.padEnd(20)} ${passwordGiven ? 'has not chosen a password yet' : seen}`,
    );
  }
  if (editors.length === 0) say('Nobody has an account. `broadsheet editors add` makes one.');
  return EXIT.done;
}

/** `broadsheet editors add EMAIL`: lets somebody in. */
export async function addAccount(ground: Ground, email: string, options: AddOptions): Promise<number> {
  const address = readAddress(email);
  const name = readName(options.name ?? address.slice(0, address.lastIndexOf('@')));
  if (name === undefined) throw new AppError('USAGE', NAME_FAULT);
  const { password, given } = await passwordFor(options);
  const passwordHash = await hashPassword(password);
  const editor = { email: address, name, role: options.role, passwordHash, given };
  if (!(await addEditor(ground.db, editor, ground.clock.now())))
    throw new AppError('USAGE', `${address} has an account already`, {
      hint: 'Give them a new password with `broadsheet editors password`, or another role with `broadsheet editors role`.',
    });
  say(`${name} can log in at ${ground.config.publicUrl}/studio with ${address}`);
  sayPassword(password, given);
  await warnWithoutApprover(ground);
  return EXIT.done;
}

/**
 * `broadsheet editors password EMAIL`: gives somebody a new password; they are logged out
 * everywhere.
 */
export async function renewPassword(
  ground: Ground,
  email: string,
  options: PasswordOptions,
): Promise<number> {
  const account = await accountNamed(ground, email);
  const { password, given } = await passwordFor(options);
  await changePassword(ground.db, account.id, password, given);
  say(`${account.name} has a new password, and is logged out everywhere`);
  sayPassword(password, given);
  return EXIT.done;
}

/**
 * `broadsheet editors role EMAIL ROLE`. The command line is always a way in: here the last who may
 * approve can go too, and it is said what that means.
 */
export async function changeRole(ground: Ground, email: string, role: EditorRole): Promise<number> {
  const account = await accountNamed(ground, email);
  await setRole(ground.db, account.id, role, true);
  say(`${account.name} may ${role === 'approve' ? 'edit and approve' : 'edit'}`);
  await warnWithoutApprover(ground);
  return EXIT.done;
}

/** `broadsheet editors remove EMAIL`: takes an account away; what its owner edited stays. */
export async function removeAccount(ground: Ground, email: string): Promise<number> {
  const account = await accountNamed(ground, email);
  await removeEditor(ground.db, account.id, true);
  say(`${account.name} has no account any more`);
  await warnWithoutApprover(ground);
  return EXIT.done;
}

async function accountNamed(ground: Ground, email: string): Promise<Account> {
  const kept = await accountAt(ground.db, email.trim());
  if (kept) return kept.account;
  throw new AppError('NOT_FOUND', `Nobody has an account with the address ${email}`, {
    hint: '`broadsheet editors list` shows who has.',
  });
}

/**
 * One that was made goes through other hands, so that its owner has to choose another. @throws
 * AppError USAGE.
 */
async function passwordFor(options: PasswordOptions): Promise<{ password: string; given: boolean }> {
  if (!options.passwordStdin) return { password: makePassword(), given: true };
  const password = await firstLine();
  const fault = passwordFault(password);
  if (fault) throw new AppError('USAGE', `The password on stdin cannot be used. ${fault}`);
  return { password, given: false };
}

async function firstLine(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line;
  return '';
}

function sayPassword(password: string, given: boolean): void {
  if (given) say(`password   ${password}   (shown only now; the first thing they do is choose their own)`);
}

async function warnWithoutApprover({ db, config }: Ground): Promise<void> {
  const editors = await listEditors(db);
  if (config.studioPassword === undefined && !editors.some((one) => may(one, 'approve')))
    say(
      'Nobody may approve now: `broadsheet editors role EMAIL approve` lets somebody, or set STUDIO_PASSWORD.',
    );
}
