import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DAY_MS, MINUTE_MS } from '../../base/clock.ts';
import { addressKey } from '../../base/text/address.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { deliveryBehind } from '../../delivery/delivery-links.ts';
import { studioLetter } from '../../delivery/studio-ledger.ts';
import type { Act } from '../../editions/act.ts';
import { selectAll, storiesIn } from '../../editions/selection.ts';
import { type Draft, findDraft } from '../../editions/store/draft-store.ts';
import { withContent } from '../../editions/store/kept-edition.ts';
import { actWords } from '../../editions/words/act-words.ts';
import { may } from '../../editors/editor.ts';
import { sampleReader } from '../../outbound/addressed.ts';
import { approve, hold, unhold } from '../../publishing/acts.ts';
import { type Recipient, recipientsOf } from '../../publishing/notices.ts';
import { isLost, type LostLink } from '../../subscribers/subscription-links.ts';
import { field } from '../../web/form-fields.ts';
import { MAIL_FRAME_SANDBOX, sendMailDocument, withLinksInNewTab } from '../../web/mail-document.ts';
import type { Studio } from '../studio-deps.ts';
import { refuse, sendPage } from '../studio-page.ts';
import { moment, subjectInWords } from '../studio-words.ts';
import { readersOf } from './letting-go.ts';
import { standingWords } from './standing-words.ts';

interface ReviewRoute {
  Params: { token: string };
}

/** Somebody who came by the link in a letter to editors. */
interface Guest {
  readonly draft: Draft;
  readonly newsletter: NewsletterConfig;
  readonly who: Recipient;
}

/** Reason that a link opens nothing. */
type Closed = 'broken' | 'expired' | 'nobody' | 'unknown';

const CLOSED_BY: Readonly<Record<LostLink, Closed>> = {
  broken: 'broken',
  sample: 'broken',
  gone: 'unknown',
  outdated: 'unknown',
};

const LINK_LASTS_MS = 7 * DAY_MS;
const NOTICES = ['draft-ready', 'draft-reminder', 'draft-missed'];
const LOOKS = { max: 120, timeWindow: MINUTE_MS };
const ACTS = { max: 20, timeWindow: MINUTE_MS };

/**
 * The pages behind the links in letters to editors, without logging in: whoever has the letter may do what its reader may.
 * To open one changes nothing, whoever opens it, a mail scanner too; only its buttons act.
 */
export function reviewRoutes(scope: FastifyInstance, studio: Studio): void {
  const { publishing } = studio;
  const looks = { config: { rateLimit: LOOKS } };
  scope.get<ReviewRoute>('/studio/review/:token', looks, async (request, reply) => {
    const guest = await guestOf(studio, request.params.token);
    return typeof guest === 'string'
      ? sendClosed(studio, request, reply, guest)
      : sendReview(studio, request, reply, guest);
  });
  scope.get<ReviewRoute>('/studio/review/:token/mail', looks, async (request, reply) => {
    const guest = await guestOf(studio, request.params.token);
    if (typeof guest === 'string' || !guest.draft.content) return reply.callNotFound();
    const edition = withContent(guest.draft, studio.clock.now());
    const { html } = await studio.composer.preview(edition, sampleReader(edition));
    return sendMailDocument(reply, withLinksInNewTab(html));
  });
  on(scope, studio, 'approve', ({ draft, who }, body) => {
    const revision = /^\d{1,9}$/.test(field(body, 'revision')) ? Number(field(body, 'revision')) : -1;
    return approve(publishing, draft.id, { revision, by: who.name });
  });
  on(scope, studio, 'hold', ({ draft, who }) => hold(publishing, draft.id, { by: who.name }));
  on(scope, studio, 'let-go-on', ({ draft, who }) => unhold(publishing, draft.id, { by: who.name }));
}

/** An act of a guest. It comes from the page itself, as the guard of the whole studio sees to; who has the token may. */
function on(
  scope: FastifyInstance,
  studio: Studio,
  what: string,
  doing: (guest: Guest, body: unknown) => Promise<Act>,
): void {
  const path = `/studio/review/:token/${what}`;
  scope.post<ReviewRoute>(path, { config: { rateLimit: ACTS } }, async (request, reply) => {
    const { token } = request.params;
    const guest = await guestOf(studio, token);
    if (typeof guest === 'string') return sendClosed(studio, request, reply, guest);
    if (!may(guest.who, 'approve')) return sendClosed(studio, request, reply, 'nobody');
    const result = await doing(guest, request.body);
    studio.wake();
    if (result.ok) return reply.redirect(`/studio/review/${token}`, 303);
    return refuse(studio, request, reply, 409, {
      code: 'NOT_DONE',
      heading: 'That could not be done',
      explanation: `${actWords(result)}.`,
      reasonCode: result.outcome,
      way: { href: `/studio/review/${token}`, label: 'See its status' },
    });
  });
}

/**
 * Returns the letter's recipient, as the newsletter's file and the accounts have it now, and not as
 * they were when it was written.
 */
async function guestOf(studio: Studio, token: string): Promise<Guest | Closed> {
  const id = await deliveryBehind(studio.db, studio.signer, 'review', token);
  if (isLost(id)) return CLOSED_BY[id];
  const letter = await studioLetter(studio.db, id);
  if (!letter || !NOTICES.includes(letter.kind)) return 'broken';
  if (studio.clock.now() - letter.createdAt > LINK_LASTS_MS) return 'expired';
  const draft = await findDraft(studio.db, letter.regards ?? '');
  const newsletter = studio.newsletters.get(draft?.newsletterId);
  if (!draft || !newsletter) return 'broken';
  const people = await recipientsOf(studio.db, newsletter);
  const who = people.find(({ email }) => addressKey(email) === addressKey(letter.email));
  return who ? { draft, newsletter, who } : 'nobody';
}

async function sendReview(
  studio: Studio,
  request: FastifyRequest<ReviewRoute>,
  reply: FastifyReply,
  { draft, newsletter, who }: Guest,
): Promise<FastifyReply> {
  const readers = draft.content ? await readersOf(studio, draft) : undefined;
  const { standing, open, ...words } = await standingWords(studio, newsletter, draft, readers);
  const address = `/studio/review/${request.params.token}`;
  const isDraft = draft.state === 'draft';
  return sendPage(studio, request, reply, 'review', {
    pageTitle: `${newsletter.title}, ${moment(draft.slot, newsletter.time_zone, studio.clock.now())}`,
    styles: ['letting-go.css', 'review.css'],
    ...words,
    ...(await shownOf(studio, draft)),
    address,
    frame: `${address}/mail`,
    sandbox: MAIL_FRAME_SANDBOX,
    who: who.name,
    newsletter: newsletter.title,
    moment: moment(draft.slot, newsletter.time_zone, studio.clock.now()),
    timeZone: newsletter.time_zone,
    iso: new Date(draft.slot).toISOString(),
    revision: draft.revision,
    mayAct: may(who, 'approve') && open,
    canApprove: standing.kind !== 'approved' && standing.kind !== 'held',
    canHold: isDraft && standing.kind !== 'held',
    canLetGoOn: standing.kind === 'held',
    approveWords: standing.late || draft.state === 'missed' ? 'Approve and send' : 'Approve',
    studio: `/studio/editions/${draft.id}`,
  });
}

/** Returns the draft's content: the line in the inbox, and the headlines under their sections. */
async function shownOf(studio: Studio, draft: Draft) {
  const { content } = draft;
  if (!content) return { subject: '', preheader: '', sections: [] };
  const edition = withContent(draft, studio.clock.now());
  const { subject, preheader } = await studio.composer.preview(edition, sampleReader(edition));
  const stories = storiesIn(content, selectAll(content));
  const sections = content.sections.map(({ id, title }) => ({
    title,
    stories: stories
      .filter(({ sectionId }) => sectionId === id)
      .map(({ headline, tags }) => ({
        headline,
        tags: tags.map((tag) => subjectInWords(studio.config, tag)),
      })),
  }));
  return { subject, preheader, sections: sections.filter((section) => section.stories.length > 0) };
}

const CLOSED: Readonly<Record<Closed, { status: number; heading: string; explanation: string }>> = {
  broken: {
    status: 404,
    heading: 'This link does not work',
    explanation:
      'It may have been cut in two. Open it from the mail again, or find the edition in the studio.',
  },
  expired: {
    status: 410,
    heading: 'This link has expired',
    explanation: 'These links work for seven days. The studio shows what became of the edition.',
  },
  unknown: {
    status: 410,
    heading: 'This link no longer leads anywhere',
    explanation:
      'What it was sent for is not here: the data was moved or restored from a backup, or the mail is from before an upgrade. Nothing was changed. Find the edition in the studio.',
  },
  nobody: {
    status: 403,
    heading: 'This link can no longer do that',
    explanation:
      'Nothing was changed. The address that the mail went to no longer has approval rights for this newsletter. In the studio you can do what your account allows.',
  },
};

function sendClosed(
  studio: Studio,
  request: FastifyRequest,
  reply: FastifyReply,
  closed: Closed,
): FastifyReply {
  const { status, heading, explanation } = CLOSED[closed];
  return refuse(studio, request, reply, status, {
    code: 'LINK_CLOSED',
    heading,
    explanation,
    way: { href: '/studio', label: 'Open the studio' },
  });
}
