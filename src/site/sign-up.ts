import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { domainOf } from '../base/address.ts';
import { MINUTE_MS, systemClock } from '../base/clock.ts';
import { consentWording, SUBSCRIBE_PATH } from '../subscribers/form-contract.ts';
import { SignUpDesk } from '../subscribers/sign-up-desk.ts';
import { networkOf } from '../web/client-key.ts';
import { sendNotice } from './notice.ts';
import {
  type CheckedForm,
  checkForm,
  type FormProblems,
  NO_PROBLEMS,
  readForm,
  type SignUpForm,
  sectionField,
} from './sign-up-form.ts';
import { sendForm, wordingOf } from './sign-up-page.ts';
import { HASTY, lookInYourInbox } from './sign-up-words.ts';
import type { Site } from './site-deps.ts';
import { makeStamp, pastOf } from './stamp.ts';

/** Generous, and of forms with mistakes in them too: it is there for the machine, the ceilings are for people's inboxes. */
const FORMS_PER_CLIENT = { max: 60, timeWindow: 10 * MINUTE_MS };
/** An answer leaves at a multiple of this after the form came, the first as a rule: longer than any sign-up takes. */
const ANSWER_STEP_MS = 150;

/** The front page and its form, which may stand on anybody's pages. */
export function signUpRoutes(app: FastifyInstance, site: Site): void {
  const desk = new SignUpDesk(site.db, site.signUp, site.enqueue);
  app.get<{ Querystring: { newsletter?: string | string[] } }>('/', (request, reply) =>
    // Its stamp is of this moment.
    sendForm(site, reply.header('cache-control', 'no-store'), { form: freshForm(site, request.query) }),
  );
  // Whoever reloads the answer, or comes back to its address, wants the form.
  app.get(SUBSCRIBE_PATH, (_request, reply) => reply.redirect('/', 303));
  const forEverybody = async (_request: FastifyRequest, reply: FastifyReply) => {
    reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store');
  };
  app.post(
    SUBSCRIBE_PATH,
    { onRequest: forEverybody, config: { rateLimit: FORMS_PER_CLIENT } },
    (request, reply) => answer(site, desk, request, reply),
  );
  app.get(`${SUBSCRIBE_PATH}/stamp`, { onRequest: forEverybody }, async () => ({
    stamp: makeStamp(site),
    fillSeconds: site.signUp.min_fill_seconds,
    proofBits: site.signUp.proof_of_work || 0,
  }));
}

async function answer(
  site: Site,
  desk: SignUpDesk,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const arrived = systemClock.now();
  const form = readForm(request.body, site.newsletters);
  if (!form.trapped) {
    const checked = checkForm(form, site.signUp);
    const past = pastOf(site, form);
    if (!checked.ok) return askBack(site, request, reply, form, checked.problems);
    if (past === 'hasty') return askBack(site, request, reply, form, { ...NO_PROBLEMS, form: HASTY });
    await inStep(arrived, () => take(site, desk, request, form, checked, past === 'unknown'));
  } else await inStep(arrived, async () => undefined);
  const notice = lookInYourInbox(site.rehearsal, form.newsletters.length);
  if (!wantsJson(request)) return sendNotice(site.pages, reply, notice);
  return reply.send({ ok: true, heading: notice.heading, paragraphs: notice.paragraphs });
}

/**
 * Waits for the work, since nothing may be promised that is not written down, and then for the next step: how long the
 * work took, and so whether an address is known, cannot be told from when the answer comes. Of a failure neither.
 */
async function inStep(arrived: number, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    const took = systemClock.now() - arrived;
    await systemClock.sleep(ANSWER_STEP_MS - (took % ANSWER_STEP_MS));
  }
}

/** Over a ceiling, nothing comes of it and nothing is said of it: the log and the operator have the ceiling's name. */
async function take(
  site: Site,
  desk: SignUpDesk,
  request: FastifyRequest,
  form: SignUpForm,
  { email, choices }: Extract<CheckedForm, { ok: true }>,
  plain: boolean,
): Promise<void> {
  const now = site.clock.now();
  const knock = { network: networkOf(request.ip), domain: domainOf(email), plain, now };
  const asked = { email, name: form.name, ...evidenceOf(site, request, form), now };
  const requests = choices.map((choice) => ({ ...asked, ...choice }));
  const { over, first } = await desk.take({ knock, requests });
  if (first)
    site.log.warn({ ceiling: over }, 'Sign-ups are over a ceiling; until the hour ends they are dropped');
}

/** Where the form stood, and the words a person had before them: of a form elsewhere, those that we gave out for it. */
function evidenceOf(site: Site, { headers }: FastifyRequest, form: SignUpForm) {
  const elsewhere = ['cross-site', 'same-site'].includes(String(headers['sec-fetch-site'] ?? ''));
  const host = hostOf(headers.origin);
  if (!elsewhere && (host === undefined || host === hostOf(site.publicUrl)))
    return { origin: 'site', wording: wordingOf(site) };
  const titles = form.newsletters.map((one) => one.title);
  return {
    origin: host === undefined ? 'a form elsewhere' : `a form on ${host}`,
    wording: consentWording(site.publisher.name, titles),
  };
}

function hostOf(origin: string | undefined): string | undefined {
  return origin !== undefined && URL.canParse(origin) ? new URL(origin).host : undefined;
}

async function askBack(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  form: SignUpForm,
  problems: FormProblems,
): Promise<FastifyReply> {
  if (!wantsJson(request)) return sendForm(site, reply, { form, problems });
  const { email, suggestion, newsletter, sections, form: whole } = problems;
  const said = [email, newsletter, ...sections.values(), whole].filter(Boolean);
  const sure = suggestion && domainOf(form.email);
  reply.code(422);
  return reply.send({ ok: false, field: email ? 'email' : '', said, suggestion, sure });
}

function wantsJson({ headers: { accept = '' } }: FastifyRequest): boolean {
  return accept.includes('application/json') && !accept.includes('text/html');
}

/** Everything ticked in the newsletters that are; of several newsletters only those asked for, or the first. */
function freshForm(site: Site, query: { newsletter?: string | string[] }): SignUpForm {
  const asked = readForm({ newsletter: query.newsletter }, site.newsletters);
  return {
    ...asked,
    newsletters: asked.newsletters.length > 0 ? asked.newsletters : site.newsletters.slice(0, 1),
    sections: site.newsletters.flatMap((one) => one.sections.map((section) => sectionField(one, section.id))),
  };
}
