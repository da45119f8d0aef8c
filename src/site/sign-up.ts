import type { FastifyInstance, FastifyReply } from 'fastify';
import { MINUTE_MS, systemClock } from '../base/clock.ts';
import type { NewsletterConfig, Publisher } from '../config/newsletters.ts';
import type { EditionSummary } from '../publishing/archive.ts';
import { signUp } from '../subscribers/sign-up.ts';
import { longDate } from './dates.ts';
import { type Notice, sendNotice } from './notice.ts';
import { scheduleInWords } from './schedule-words.ts';
import {
  type Choice,
  checkForm,
  NO_PROBLEMS,
  readForm,
  type SignUpForm,
  sectionField,
} from './sign-up-form.ts';
import type { Site } from './site-deps.ts';

/** Generous: an office or a train shares one address. What protects an address from us is the one mail a day. */
const SIGN_UPS_PER_CLIENT = { max: 60, timeWindow: 10 * MINUTE_MS };
/** Longer than any sign-up takes, so that the time an answer takes does not tell whether an address is known. */
const ANSWER_AFTER_MS = 60;
const SAMPLE_HEADLINES = 5;

/** The front page and its form. */
export function signUpRoutes(app: FastifyInstance, site: Site): void {
  app.get<{ Querystring: { newsletter?: string | string[] } }>('/', (request, reply) =>
    sendForm(site, reply, { form: freshForm(site, request.query) }),
  );
  app.post('/subscribe', { config: { rateLimit: SIGN_UPS_PER_CLIENT } }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const form = readForm(request.body, site.newsletters);
    const checked = checkForm(form);
    if (!checked.ok && !form.trapped) return sendForm(site, reply, { form, problems: checked.problems });
    const signUps = checked.ok && !form.trapped ? subscribe(site, checked) : undefined;
    await Promise.all([signUps, systemClock.sleep(ANSWER_AFTER_MS)]);
    return sendNotice(site.pages, reply, lookInYourInbox(site.rehearsal, form.newsletters.length));
  });
}

/** The sentence by the button: what a person agrees to, and so what is kept as evidence. */
export function consentWording(publisher: Publisher, newsletters: readonly NewsletterConfig[]): string {
  const [only, ...more] = newsletters;
  const what = only && more.length === 0 ? only.title : 'the newsletters I have ticked';
  return `I would like to receive ${what} by email from ${publisher.name}. I can leave at any time.`;
}

async function subscribe(
  site: Site,
  { email, choices }: { email: Parameters<typeof signUp>[1]['email']; choices: readonly Choice[] },
): Promise<void> {
  const wording = consentWording(site.publisher, site.newsletters);
  for (const choice of choices)
    await signUp(site.db, { email, ...choice, now: site.clock.now(), origin: 'site', wording }, site.enqueue);
}

/**
 * The same for every address: what it is to us already, its owner learns by mail and nobody else learns at all. So every
 * sentence has to be true of new and known addresses alike.
 */
function lookInYourInbox(rehearsal: boolean, newsletters: number): Notice {
  return {
    kicker: 'Nearly there',
    heading: 'Look in your inbox',
    paragraphs: [
      `${newsletters > 1 ? 'A message for each newsletter' : 'A message'} goes to the address you gave. Press the button in it, and then the one on the page that opens: that tells us the address is yours, and your subscription begins. If you are subscribed already, the message says so.`,
      'We send it at most once a day. If you signed up before in the last day and have not confirmed yet, the message you already have still works, for the sections you have just chosen.',
      'Nothing there after a few minutes? Look among the junk. If there may have been a typing mistake in the address, sign up again.',
      ...(rehearsal ? ['This is a rehearsal: no mail leaves this machine. Look among the caught mail.'] : []),
    ],
    actions: [
      ...(rehearsal ? [{ href: '/studio/caught', label: 'See the caught mail' }] : []),
      { href: '/', label: 'Back to the sign-up page' },
    ],
  };
}

/** Everything ticked in the newsletters that are; of several newsletters only those asked for, or the first. */
function freshForm(site: Site, query: { newsletter?: string | string[] }): SignUpForm {
  const asked = readForm(query, site.newsletters).newsletters;
  return {
    email: '',
    newsletters: asked.length > 0 ? asked : site.newsletters.slice(0, 1),
    sections: site.newsletters.flatMap((one) => one.sections.map((section) => sectionField(one, section.id))),
    trapped: false,
  };
}

async function sendForm(
  site: Site,
  reply: FastifyReply,
  { form, problems = NO_PROBLEMS }: { form: SignUpForm; problems?: typeof NO_PROBLEMS },
): Promise<FastifyReply> {
  const wrong = problems.email !== '' || problems.newsletter !== '' || problems.sections.size > 0;
  const newsletters = await Promise.all(
    site.newsletters.map((one) => newsletterView(site, one, form, problems.sections.get(one.id) ?? '')),
  );
  const view = {
    pageTitle: wrong ? `Please check the form · ${site.publisher.name}` : site.publisher.name,
    today: longDate(site.clock.now(), site.newsletters[0]?.time_zone ?? 'UTC'),
    masthead: mastheadOf(site.publisher.name),
    newsletters,
    several: newsletters.length > 1,
    samples: newsletters.flatMap(({ title, sample }) => (sample ? [{ ...sample, newsletter: title }] : [])),
    email: form.email,
    problems: { email: problems.email, newsletter: problems.newsletter },
    wrong,
    wording: consentWording(site.publisher, site.newsletters),
  };
  return site.pages.send(reply, 'sign-up', view, wrong ? 422 : 200);
}

/** How large the name can be set so that it stays on one line, or nearly: style sheets cannot count letters. */
function mastheadOf(name: string): 'short' | 'medium' | 'long' {
  const letters = [...name].length;
  if (letters <= 10) return 'short';
  return letters <= 18 ? 'medium' : 'long';
}

async function newsletterView(site: Site, newsletter: NewsletterConfig, form: SignUpForm, problem: string) {
  const [latest] = await site.editions(newsletter.id, { limit: 1 });
  return {
    id: newsletter.id,
    title: newsletter.title,
    description: newsletter.description,
    when: scheduleInWords(newsletter.schedule, newsletter.time_zone),
    ticked: form.newsletters.includes(newsletter),
    sections: newsletter.sections.map((section) => ({
      field: sectionField(newsletter, section.id),
      title: section.title,
      ticked: form.sections.includes(sectionField(newsletter, section.id)),
    })),
    problem,
    sample: latest ? sampleOf(latest, newsletter) : null,
  };
}

function sampleOf(edition: EditionSummary, newsletter: NewsletterConfig) {
  return {
    href: `/archive/${edition.id}`,
    date: longDate(edition.slot, newsletter.time_zone),
    headlines: edition.headlines.slice(0, SAMPLE_HEADLINES),
  };
}
