import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MINUTE_MS } from '../../base/clock.ts';
import { type EmailAddress, parseAddress } from '../../base/text/address.ts';
import { enqueueTests, lastTests } from '../../delivery/studio-ledger.ts';
import type { Edition } from '../../editions/edition.ts';
import { type Draft, findDraft } from '../../editions/store/draft-store.ts';
import { withContent } from '../../editions/store/kept-edition.ts';
import type { Editor } from '../../editors/editor.ts';
import type { Reader } from '../../outbound/addressed.ts';
import { packed } from '../../outbound/packed-mail.ts';
import { wantsJson } from '../../web/accept.ts';
import { field } from '../../web/form-fields.ts';
import { act } from '../auth/acting.ts';
import { readAsked } from '../preview/preview-choices.ts';
import { personasOf, seenAs } from '../preview/preview-readers.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { refuse, sendPage } from '../studio-page.ts';
import { distance, stateInWords } from '../studio-words.ts';

const MOST_ADDRESSES = 10;
const SHOWN = 3;
/** A test that has not arrived by then meets a server that is slow or down: it is followed no more by the second. */
const FOLLOWED_MS = 5 * MINUTE_MS;
const SETTLED = ['accepted', 'rejected', 'uncertain', 'cancelled'];
/** An editor's account in the wrong hands must not become a way to fill strangers' mailboxes. */
const MOST_IN_AN_HOUR = 60;
const TOO_MANY = `Almost ${MOST_IN_AN_HOUR} tests were sent in the last hour. Please wait a little.`;

/** The form that sends a draft to oneself, and what became of the last tests. */
export async function testsView(studio: Studio, editor: Editor, draft: Draft) {
  const tests = await lastTests(studio.db, draft.id, SHOWN);
  const now = studio.clock.now();
  return {
    caught: studio.caught !== undefined,
    underway: tests.some(({ state, createdAt }) => !SETTLED.includes(state) && now - createdAt < FOLLOWED_MS),
    to: editor.email ?? tests[0]?.email ?? '',
    ...peopleIn(studio, draft),
    sent: tests.map(({ email, state, createdAt, detail }) => ({
      email,
      state: state === 'accepted' ? 'arrived' : stateInWords(state),
      good: state === 'accepted',
      bad: state === 'rejected' || state === 'cancelled',
      ago: distance(createdAt, now),
      detail: detail ?? '',
    })),
  };
}

/** Sends the mail as it is on the screen, in the eyes of whichever reader, to whoever is to look at it. */
export function testRoute(scope: FastifyInstance, studio: Studio): void {
  act<EditionRoute>(scope, studio, 'POST /studio/editions/:id/test', {}, async (request, reply) => {
    const draft = await findDraft(studio.db, request.params.id);
    const newsletter = studio.newsletters.get(draft?.newsletterId);
    if (!draft?.content || !newsletter) return reply.callNotFound();
    const edition = withContent(draft, studio.clock.now());
    const test = await testAsked(studio, edition, request.body);
    if ('fault' in test) return refuseTest(studio, request, reply, draft, test);
    const { selection, language } = test.reader;
    const rendered = await studio.renderer.edition(newsletter, edition, selection, language);
    const mail = await packed(rendered);
    const tests = { to: test.addresses, regards: draft.id, now: studio.clock.now(), mail };
    if (!(await enqueueTests(studio.db, tests, MOST_IN_AN_HOUR)))
      return refuseTest(studio, request, reply, draft, { fault: TOO_MANY });
    studio.wake();
    const says = `On its way to ${test.addresses.join(', ')}`;
    if (wantsJson(request)) return reply.send({ ok: true, says });
    return reply.redirect(`/studio/editions/${draft.id}#tests`, 303);
  });
}

function refuseTest(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  draft: Draft,
  fault: Fault,
): FastifyReply {
  if (!wantsJson(request)) return testAgain(studio, request, reply, draft, fault);
  const { id } = draft;
  return refuse(studio, request, reply, 422, {
    code: 'TEST_NOT_SENT',
    heading: 'Test not sent',
    explanation: fault.fault,
    way: { href: `/studio/editions/${id}`, label: 'Back to the edition' },
  });
}

/** The form again, with all that was written. */
function testAgain(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  draft: Draft,
  { fault, of }: Fault,
): FastifyReply {
  const as = field(request.body, 'as');
  const { people } = peopleIn(studio, draft);
  const values = {
    pageTitle: 'Test not sent',
    styles: ['letting-go.css'],
    explanation: fault,
    wrong: of ? { [of]: true } : {},
    address: `/studio/editions/${draft.id}`,
    to: field(request.body, 'to'),
    reader: field(request.body, 'reader'),
    asReader: as === 'reader',
    people: people.map((one) => ({ ...one, selected: one.id === as })),
  };
  return sendPage(studio, request, reply, 'test-again', values, 422);
}

/** The sample readers that get a mail. */
function peopleIn(studio: Studio, draft: Draft) {
  const people = personasOf(studio, withContent(draft))
    .filter(({ why }) => why === '')
    .map(({ id, name }) => ({ id, name }));
  return { people };
}

interface Fault {
  readonly fault: string;
  /** The field that it is about, where it is about one. */
  readonly of?: 'to' | 'reader';
}

interface Test {
  readonly addresses: readonly EmailAddress[];
  readonly reader: Reader;
}

async function testAsked(studio: Studio, edition: Edition, body: unknown): Promise<Test | Fault> {
  const to = addressesIn(field(body, 'to'));
  if ('fault' in to) return { ...to, of: 'to' };
  const asked = readAsked({ as: field(body, 'as'), reader: field(body, 'reader') });
  const { reader, why } = await seenAs(studio, edition, asked);
  if (!reader) return asked.as === 'reader' ? { fault: why, of: 'reader' } : { fault: why };
  return { addresses: to.addresses, reader };
}

function addressesIn(text: string): Pick<Test, 'addresses'> | Fault {
  const given = text.split(/[\s,;]+/).filter((word) => word !== '');
  if (given.length === 0) return { fault: 'Enter one or more addresses, separated by commas.' };
  if (given.length > MOST_ADDRESSES) return { fault: `Enter at most ${MOST_ADDRESSES} addresses.` };
  const addresses: EmailAddress[] = [];
  const faults: string[] = [];
  for (const word of given) {
    const parsed = parseAddress(word);
    if (parsed.ok) addresses.push(parsed.address);
    else faults.push(`“${word}” is not an address: ${parsed.reason}.`);
  }
  return faults.length > 0 ? { fault: faults.join(' ') } : { addresses };
}
