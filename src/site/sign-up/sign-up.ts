import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MINUTE_MS, systemClock } from '../../base/clock.ts';
import { domainOf } from '../../base/text/address.ts';
import type { Words } from '../../config/vocabulary.ts';
import { consentWording, SHOWN_FIELD, SUBSCRIBE_PATH } from '../../subscribers/sign-up/form-contract.ts';
import { SignUpDesk, type Taken } from '../../subscribers/sign-up/sign-up-desk.ts';
import { wantsJson } from '../../web/accept.ts';
import { networksOf } from '../../web/client-key.ts';
import { field } from '../../web/form-fields.ts';
import { noticeIn, sendPage } from '../page.ts';
import { wordsFor } from '../page-language.ts';
import type { Site } from '../site-deps.ts';
import { CeilingLog } from './ceiling-log.ts';
import {
  type CheckedForm,
  checkForm,
  NO_PROBLEMS,
  readForm,
  type SignUpForm,
  sectionField,
} from './sign-up-form.ts';
import { type ShownForm, sendForm, wordingOf } from './sign-up-page.ts';
import {
  ageOf,
  bitsNow,
  type FormPast,
  formHash,
  makeNextStamp,
  makeStamp,
  PATIENCE_SECONDS,
  pastOf,
  workBits,
} from './stamp.ts';

/** Generous limit, faulty forms included: it protects the machine; the ceilings protect inboxes. */
const FORMS_PER_CLIENT = { max: 60, timeWindow: 10 * MINUTE_MS };
/** Step at whose multiples answers leave, usually the first: longer than any sign-up takes. */
const ANSWER_STEP_MS = 150;

/** Reception of forms, with the replies to those it refuses. */
interface Door {
  readonly desk: SignUpDesk;
  readonly ceilings: CeilingLog;
}

/** The front page and its form, which may stand on anybody's pages. */
export function signUpRoutes(app: FastifyInstance, site: Site): void {
  const desk = new SignUpDesk(site.db, site.signUp, site.enqueue);
  const ceilings = new CeilingLog(site.log);
  app.get<{ Querystring: { newsletter?: string | string[] } }>('/', (request, reply) =>
    // Its stamp is of this moment.
    sendForm(site, reply.header('cache-control', 'no-store'), wordsHere(site, request), {
      form: freshForm(site, request.query),
    }),
  );
  // Whoever reloads the answer, or comes back to its address, wants the form.
  app.get(SUBSCRIBE_PATH, (_request, reply) => reply.redirect('/', 303));
  const forEverybody = async (_request: FastifyRequest, reply: FastifyReply) => {
    reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store');
  };
  app.post(
    SUBSCRIBE_PATH,
    { onRequest: forEverybody, config: { rateLimit: FORMS_PER_CLIENT } },
    (request, reply) => answer(site, { desk, ceilings }, request, reply),
  );
  app.get(`${SUBSCRIBE_PATH}/stamp`, { onRequest: forEverybody }, async (request, reply) => {
    const words = wordsHere(site, request);
    reply.header('vary', 'accept-language');
    return {
      stamp: makeStamp(site),
      fillSeconds: site.signUp.min_fill_seconds,
      patienceSeconds: PATIENCE_SECONDS,
      proofBits: await bitsNow(site),
      words: {
        sending: words.say('sign_up.sending'),
        instead: words.say('sign_up.instead', { address: '…' }),
      },
    };
  });
}

/** Returns the words of the page; of newsletters in several languages, the first one's. */
function wordsHere(site: Site, request: FastifyRequest): Words {
  return wordsFor(site, request, { newsletter: site.newsletters[0]?.language });
}

async function answer(
  site: Site,
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const arrived = systemClock.now();
  const form = readForm(request.body, site.newsletters);
  const words = wordsHere(site, request);
  if (form.trapped) {
    await inStep(arrived, async () => undefined);
    return thank(site, reply, form, words);
  }
  const checked = checkForm(form, site.signUp, words, site.takesUtf8());
  if (!checked.ok) return askBack(site, words, reply, { form, problems: checked.problems });
  const past = pastOf(site, form);
  const askedBack = (key: string, more: Partial<ShownForm> = {}) =>
    askBack(site, words, reply, { form, problems: { ...NO_PROBLEMS, form: words.say(key) }, ...more });
  if (past.hasty) return askedBack('sign_up.hasty');
  const { fate } = await inStep(arrived, () => take(site, door, request, form, checked, past));
  if (fate === 'asked') return askedBack('sign_up.busy', { bits: workBits(site) });
  if (fate === 'again') return askedBack('sign_up.sent_before', { stamp: makeNextStamp(site) });
  return thank(site, reply, form, words);
}

function thank(site: Site, reply: FastifyReply, form: SignUpForm, words: Words): FastifyReply {
  const notice = lookInYourInbox(site.rehearsal, form.newsletters.length, words);
  if (!wantsJson(reply.request))
    return sendPage(site, reply, words, 'notice', { pageTitle: notice.heading, ...notice });
  return reply.send({ ok: true, heading: notice.heading, paragraphs: notice.paragraphs });
}

/**
 * Waits for the work, since nothing may be promised that is not written down, and then for the next
 * step: how long the work took, and so whether an address is known, cannot be told from when the
 * answer comes. Of a failure neither.
 */
async function inStep<Answer>(arrived: number, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } finally {
    const took = systemClock.now() - arrived;
    await systemClock.sleep(ANSWER_STEP_MS - (took % ANSWER_STEP_MS));
  }
}

/**
 * Over the ceilings of what is let in on trust, a sender is asked for work or a wait; whatever else
 * is over a ceiling is dropped and nothing is said of it: the log and the operator have the
 * ceiling's name.
 */
async function take(
  site: Site,
  { desk, ceilings }: Door,
  request: FastifyRequest,
  form: SignUpForm,
  { email, choices }: Extract<CheckedForm, { ok: true }>,
  { stamped, plain, effort }: FormPast,
): Promise<Taken> {
  const now = site.clock.now();
  const taken = await desk.take({
    stamped: stamped ? { stamp: form.stamp, form: formHash(form) } : undefined,
    knock: { networks: networksOf(request.ip), domain: domainOf(email), plain, effort, now },
    request: {
      email,
      choices,
      name: form.name,
      ...languageFor(site, request, form),
      ...evidenceOf(site, request, form),
      now,
    },
  });
  ceilings.note(taken, now);
  return taken;
}

/** Returns the language to write to them in; unknown if the form does not name its own. */
function languageFor({ vocabulary }: Site, { body }: FastifyRequest, { newsletters }: SignUpForm) {
  const shown = vocabulary.find(field(body, SHOWN_FIELD))?.language;
  if (shown === undefined) return {};
  const isOwn = newsletters.every(({ language }) => vocabulary.in(language).language === shown);
  return { language: isOwn ? null : shown };
}

/** Returns the form's place and its wording; for a form elsewhere, the wording we gave out. */
function evidenceOf(site: Site, request: FastifyRequest, form: SignUpForm) {
  const { headers } = request;
  const elsewhere = ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site'] ?? ''));
  const host = hostOf(headers.origin);
  if (!elsewhere && (host === undefined || host === hostOf(site.publicUrl)))
    return { origin: 'site', wording: wordingOf(site, wordsHere(site, request)) };
  const titles = form.newsletters.map((one) => one.title);
  return {
    origin: host === undefined ? 'a form elsewhere' : `a form on ${host}`,
    wording: consentWording(wordsOfForm(site, request, form), site.publisher.name, titles),
  };
}

/** Returns a form's wording: in the language it names, else in its newsletter's. */
function wordsOfForm({ vocabulary }: Site, { body }: FastifyRequest, { newsletters }: SignUpForm): Words {
  return vocabulary.in(field(body, SHOWN_FIELD) || (newsletters[0]?.language ?? ''));
}

/**
 * The same for every address: what it is to us already, its owner learns by mail and nobody else
 * learns at all. So every sentence of it has to be true of new and known addresses alike.
 */
function lookInYourInbox(rehearsal: boolean, newsletters: number, words: Words) {
  const back = { href: '/', label: words.say('actions.back_to_sign_up') };
  const caught = { href: '/studio/caught', label: words.say('actions.caught') };
  return noticeIn(words, newsletters > 1 ? 'several_in_your_inbox' : 'in_your_inbox', {
    also: rehearsal ? [words.say('sign_up.rehearsal')] : [],
    actions: rehearsal ? [caught, back] : [back],
  });
}

function hostOf(origin: string | undefined): string | undefined {
  return origin !== undefined && URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** Shows the form again as filled in, with a valid stamp kept: its sender has been here since. */
async function askBack(
  site: Site,
  words: Words,
  reply: FastifyReply,
  { form, problems = NO_PROBLEMS, ...shown }: ShownForm,
): Promise<FastifyReply> {
  const isGood = ageOf(site, form.stamp) !== undefined;
  const stamp = shown.stamp ?? (isGood ? form.stamp : makeNextStamp(site));
  if (!wantsJson(reply.request)) return sendForm(site, reply, words, { form, problems, ...shown, stamp });
  const { email, suggestion, newsletter, sections, form: whole } = problems;
  const said = [email, newsletter, ...sections.values(), whole].filter(Boolean);
  const sure = suggestion && domainOf(form.email);
  // With which the same form would be taken.
  const next = { stamp, proofBits: shown.bits ?? (await bitsNow(site)) };
  const canGoOn = shown.bits !== undefined || shown.stamp !== undefined;
  reply.code(422);
  return reply.send({
    ok: false,
    field: email ? 'email' : '',
    said,
    suggestion,
    sure,
    ...(canGoOn ? { next } : {}),
  });
}

/** Ticks everything in its newsletters; of several, only those asked for, or the first. */
function freshForm(site: Site, query: { newsletter?: string | string[] }): SignUpForm {
  const asked = readForm({ newsletter: query.newsletter }, site.newsletters);
  return {
    ...asked,
    newsletters: asked.newsletters.length > 0 ? asked.newsletters : site.newsletters.slice(0, 1),
    sections: site.newsletters.flatMap((one) => one.sections.map((section) => sectionField(one, section.id))),
  };
}
