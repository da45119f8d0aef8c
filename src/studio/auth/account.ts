import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addressKey } from '../../base/text/address.ts';
import { isTaken, may, NAME_FAULT, NAME_TAKEN, readName } from '../../editors/editor.ts';
import { accountWithId, type KeptAccount, listEditors, renameEditor } from '../../editors/editor-store.ts';
import { changePassword } from '../../editors/log-in.ts';
import { isPassword, passwordFault } from '../../editors/password.ts';
import { countSessionsOf, endSessionsOf } from '../../editors/session-store.ts';
import { clientKey } from '../../web/client-key.ts';
import { field } from '../../web/form-fields.ts';
import { guess } from '../attempts.ts';
import type { Studio } from '../studio-deps.ts';
import { sendPage } from '../studio-page.ts';
import { act } from './acting.ts';
import { readCookie } from './cookie.ts';
import { letIn, lockedWords, passwordIn } from './login.ts';

const HERE = '/studio/account';
const DONE: Readonly<Record<string, string>> = {
  name: 'Name changed.',
  password: 'Password changed. You are logged out everywhere else.',
  elsewhere: 'You are logged out everywhere else.',
};

interface AccountRoute {
  Querystring: { done?: string };
}

/** Faults of a form, by field. */
type Faults = Readonly<Partial<Record<'name' | 'old' | 'password' | 'again', string>>>;

/** Lets editors change their own name and password, and end their sessions. */
export function accountRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<AccountRoute>(HERE, (request, reply) => sendAccount(studio, request, reply, {}));
  act(scope, studio, `POST ${HERE}/name`, {}, (request, reply) => rename(studio, request, reply));
  act(scope, studio, `POST ${HERE}/password`, {}, (request, reply) => choose(studio, request, reply));
  act(scope, studio, `POST ${HERE}/elsewhere`, {}, (request, reply) =>
    logOutElsewhere(studio, request, reply),
  );
}

async function rename(studio: Studio, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { id } = request.editor;
  if (id === null) return reply.callNotFound();
  const name = readName(field(request.body, 'name'));
  if (name === undefined) return sendAccount(studio, request, reply, { name: NAME_FAULT });
  const others = (await listEditors(studio.db)).filter((one) => one.id !== id);
  if (
    isTaken(
      name,
      others.map((one) => one.name),
    )
  )
    return sendAccount(studio, request, reply, { name: NAME_TAKEN });
  await renameEditor(studio.db, id, name);
  return reply.redirect(`${HERE}?done=name`, 303);
}

async function choose(studio: Studio, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const kept = await keptAccount(studio, request);
  if (!kept) return reply.callNotFound();
  const faults = await passwordFaults(studio, request, kept);
  if (Object.keys(faults).length > 0) return sendAccount(studio, request, reply, faults);
  const { id } = kept.account;
  const secret = await changePassword(studio.db, id, passwordIn(request), false);
  await letIn(studio, request, reply, { editorId: id, secret });
  return reply.redirect(`${HERE}?done=password`, 303);
}

async function logOutElsewhere(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const { id } = request.editor;
  if (id === null) return reply.callNotFound();
  await endSessionsOf(studio.db, id, readCookie(studio, request));
  return reply.redirect(`${HERE}?done=elsewhere`, 303);
}

async function keptAccount(studio: Studio, request: FastifyRequest): Promise<KeptAccount | undefined> {
  const { id } = request.editor;
  return id === null ? undefined : accountWithId(studio.db, id);
}

/** The old password is asked for and rationed like one at the door: a browser left open must not be enough. */
async function passwordFaults(studio: Studio, request: FastifyRequest, kept: KeptAccount): Promise<Faults> {
  const password = passwordIn(request);
  const fault = passwordFault(password);
  if (fault) return { password: fault };
  if (password !== passwordIn(request, 'again')) return { again: 'The two passwords differ.' };
  const old = passwordIn(request, 'old');
  if (old === password) return { password: 'This is your current password.' };
  const who = { network: clientKey(request.ip), account: addressKey(kept.account.email) };
  const given = await guess(studio.guesses, who, async () =>
    (await isPassword(old, kept.passwordHash)) ? true : undefined,
  );
  if (!given.looked) return { old: lockedWords(given.wait) };
  return given.opened ? {} : { old: 'Wrong password.' };
}

async function sendAccount(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  faults: Faults,
): Promise<FastifyReply> {
  const kept = await keptAccount(studio, request);
  const sessions = kept ? await countSessionsOf(studio.db, kept.account.id, studio.clock.now()) : 0;
  const values = {
    pageTitle: 'Your account',
    styles: ['login.css'],
    account: kept ? kept.account : null,
    mayApprove: may(request.editor, 'approve'),
    // Of everything that was typed only the name comes back.
    name: faults.name ? field(request.body, 'name') : request.editor.name,
    elsewhere: Math.max(0, sessions - 1),
    several: sessions > 2,
    done: DONE[field(request.query, 'done')] ?? '',
    faults,
  };
  return sendPage(studio, request, reply, 'account', values, Object.keys(faults).length > 0 ? 422 : 200);
}
