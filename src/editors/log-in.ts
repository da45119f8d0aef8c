import type { Database } from '../storage/schema/schema.ts';
import { accountAt, type KeptAccount, setPasswordHash } from './editor-store.ts';
import { hashPassword, isOutdated, isPassword } from './password.ts';
import { endSessionsOf } from './session-store.ts';

/**
 * The account whose address and password these are. Where there is none, the same work is done
 * before that is said: how long the answer takes does not tell which addresses have an account.
 */
export async function accountOpenedBy(
  db: Database,
  email: string,
  password: string,
): Promise<KeptAccount | undefined> {
  const kept = await accountAt(db, email);
  if (!(await isPassword(password, kept?.passwordHash)) || !kept) return undefined;
  return isOutdated(kept.passwordHash) ? derivedAnew(db, kept, password) : kept;
}

/** At today's cost. Whoever is logged in elsewhere logs in again. */
async function derivedAnew(db: Database, { account, passwordHash }: KeptAccount, password: string) {
  const hash = await hashPassword(password);
  await setPasswordHash(db, account.id, { hash, given: account.passwordGiven }, passwordHash);
  return { account, passwordHash: hash };
}

/**
 * Gives an editor another password and logs them out everywhere.
 * @param given whether somebody else knows it, so that they have to choose their own.
 * @returns what it is compared with from now on.
 */
export async function changePassword(
  db: Database,
  id: number,
  password: string,
  given: boolean,
): Promise<string> {
  const hash = await hashPassword(password);
  await db.transaction().execute(async (trx) => {
    await setPasswordHash(trx, id, { hash, given });
    await endSessionsOf(trx, id);
  });
  return hash;
}
