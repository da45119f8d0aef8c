import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type EmailAddress, parseAddress } from '../../base/text/address.ts';
import { type EditorRole, isTaken, may, NAME_FAULT, NAME_TAKEN, readName } from '../../editors/editor.ts';
import {
  accountWithId,
  addEditor,
  type ListedAccount,
  listEditors,
  type RoleChange,
  removeEditor,
  setRole,
} from '../../editors/editor-store.ts';
import { changePassword } from '../../editors/log-in.ts';
import { hashPassword, makePassword, passwordFault } from '../../editors/password.ts';
import { field } from '../../web/form-fields.ts';
import type { Studio } from '../studio-deps.ts';
import { refuse, sendPage } from '../studio-page.ts';
import { distance } from '../studio-words.ts';
import { act, refuseRole } from './acting.ts';
import { passwordIn } from './login.ts';

const HERE = '/studio/editors';
const APPROVE = { role: 'approve' } as const;

interface EditorsRoute {
  Querystring: { done?: string };
}

interface EditorRoute {
  Params: { id: string };
}

/** A password that somebody has to be told, shown this once. */
interface Handed {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Values of the form for a new editor, and its faults. */
interface Draft {
  readonly name: string;
  readonly email: string;
  readonly role: EditorRole;
  readonly faults: Readonly<Partial<Record<'name' | 'email' | 'password', string>>>;
}

const DONE: Readonly<Record<string, string>> = {
  role: 'The role is changed; it holds from now on.',
  removed: 'Account removed and logged out.',
};
/** Passwords never come back with a form, and without a word one would be made instead of the one that was typed. */
const TYPE_ANEW = 'Enter it again: passwords are not kept while something else is wrong.';
const EMPTY: Draft = { name: '', email: '', role: 'edit', faults: {} };

/** Shows the editors, for those who may approve. */
export function editorsRoutes(scope: FastifyInstance, studio: Studio): void {
  scope.get<EditorsRoute>(HERE, (request, reply) =>
    may(request.editor, 'approve')
      ? sendEditors(studio, request, reply, { done: DONE[request.query.done ?? ''] })
      : refuseRole(studio, request, reply),
  );
  const of = (what: string) => `POST ${HERE}/:id/${what}` as const;
  act(scope, studio, `POST ${HERE}`, APPROVE, (request, reply) => add(studio, request, reply));
  act<EditorRoute>(scope, studio, of('role'), APPROVE, (request, reply) =>
    changeRole(studio, request, reply),
  );
  act<EditorRoute>(scope, studio, of('remove'), APPROVE, (request, reply) => remove(studio, request, reply));
  act<EditorRoute>(scope, studio, of('password'), APPROVE, (request, reply) =>
    renewPassword(studio, request, reply),
  );
}

type About = FastifyRequest<EditorRoute>;

async function changeRole(studio: Studio, request: About, reply: FastifyReply): Promise<unknown> {
  const role = readRole(field(request.body, 'role'));
  const change = await setRole(studio.db, idOf(request), role, canDoWithout(studio));
  return answer(studio, request, reply, change, 'role');
}

async function remove(studio: Studio, request: About, reply: FastifyReply): Promise<unknown> {
  const change = await removeEditor(studio.db, idOf(request), canDoWithout(studio));
  return answer(studio, request, reply, change, 'removed');
}

async function renewPassword(studio: Studio, request: About, reply: FastifyReply): Promise<unknown> {
  const kept = await accountWithId(studio.db, idOf(request));
  if (!kept) return reply.callNotFound();
  const password = makePassword();
  await changePassword(studio.db, kept.account.id, password, true);
  return sendEditors(studio, request, reply, { handed: { ...kept.account, password } });
}

async function add(studio: Studio, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const others = await listEditors(studio.db);
  const { draft, address } = readDraft(
    request,
    others.map(({ name }) => name),
  );
  if (!address || Object.keys(draft.faults).length > 0) return sendEditors(studio, request, reply, { draft });
  const password = passwordIn(request) || makePassword();
  const passwordHash = await hashPassword(password);
  const editor = { ...draft, email: address, passwordHash, given: true };
  const account = await addEditor(studio.db, editor, studio.clock.now());
  if (!account) {
    const faults = { email: 'This address already has an account.' };
    return sendEditors(studio, request, reply, { draft: { ...draft, faults } });
  }
  return sendEditors(studio, request, reply, { handed: { ...account, password } });
}

/** The form for a new editor. A password is only looked at where one was typed. */
function readDraft(
  request: FastifyRequest,
  others: readonly string[],
): { draft: Draft; address: EmailAddress | undefined } {
  const typed = { name: field(request.body, 'name'), email: field(request.body, 'email') };
  const name = readName(typed.name);
  const parsed = parseAddress(typed.email);
  const password = passwordIn(request);
  const passwordSays = password === '' ? undefined : passwordFault(password);
  const faults = {
    ...(name === undefined && { name: NAME_FAULT }),
    ...(name !== undefined && isTaken(name, others) && { name: NAME_TAKEN }),
    ...(!parsed.ok && { email: `This cannot be used: ${parsed.reason}.` }),
    ...(passwordSays !== undefined && { password: passwordSays }),
  };
  const isLost = password !== '' && Object.keys(faults).length > 0;
  const draft = {
    ...typed,
    name: name ?? typed.name,
    role: readRole(field(request.body, 'role')),
    faults: isLost ? { password: TYPE_ANEW, ...faults } : faults,
  };
  return { draft, address: parsed.ok ? parsed.address : undefined };
}

function readRole(text: string): EditorRole {
  return text === 'approve' ? 'approve' : 'edit';
}

/** No id of a row where it is no number: then nothing is found. */
function idOf(request: About): number {
  return /^\d{1,15}$/.test(request.params.id) ? Number(request.params.id) : 0;
}

/** With the studio's own password, or at the machine of a rehearsal, somebody who may approve can always get in. */
function canDoWithout({ studioPassword, rehearsal }: Studio): boolean {
  return studioPassword !== undefined || rehearsal;
}

function answer(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  change: RoleChange,
  done: string,
): unknown {
  if (change === 'not-found') return reply.callNotFound();
  if (change === 'done') return reply.redirect(`${HERE}?done=${done}`, 303);
  return refuse(studio, request, reply, 409, {
    code: 'LAST_APPROVER',
    heading: 'Nobody could approve anymore',
    explanation:
      'Nothing was changed. This is the last editor with approval rights. Give them to somebody else first, or set STUDIO_PASSWORD.',
    way: { href: HERE, label: 'Back to the editors' },
  });
}

async function sendEditors(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  { draft = EMPTY, handed, done = '' }: { draft?: Draft; handed?: Handed; done?: string | undefined },
): Promise<FastifyReply> {
  const editors = await listEditors(studio.db);
  const values = {
    pageTitle: 'Editors',
    styles: ['login.css'],
    editors: editors.map((one) => editorView(one, request.editor.id, studio.clock.now())),
    handed: handed ? { ...handed, address: `${studio.publicUrl}/studio` } : null,
    draft: { ...draft, approves: draft.role === 'approve' },
    done,
  };
  const wrong = Object.keys(draft.faults).length > 0;
  return sendPage(studio, request, reply, 'editors', values, wrong ? 422 : 200);
}

function editorView(one: ListedAccount, me: number | null, now: number) {
  return {
    id: one.id,
    name: one.name,
    email: one.email,
    me: one.id === me,
    approves: one.role === 'approve',
    waiting: one.passwordGiven,
    seen: one.seenAt === undefined ? '' : distance(one.seenAt, now),
  };
}
