import type { FastifyReply } from 'fastify';
import { domainOf } from '../../base/text/address.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { Words } from '../../config/vocabulary.ts';
import { datedAt } from '../../editions/edition.ts';
import type { EditionSummary } from '../../publishing/public-archive.ts';
import { consentWording } from '../../subscribers/sign-up/form-contract.ts';
import { inOtherLanguages, sendPage } from '../page.ts';
import { longDate } from '../page-dates.ts';
import { scheduleInWords } from '../schedule-words.ts';
import type { Site } from '../site-deps.ts';
import { type FormProblems, NO_PROBLEMS, type SignUpForm, sectionField } from './sign-up-form.ts';
import { bitsNow, makeStamp } from './stamp.ts';

const SAMPLE_HEADLINES = 5;
const FURTHER_SAMPLE_HEADLINES = 3;

/** A form as it is shown. */
export interface ShownForm {
  readonly form: SignUpForm;
  readonly problems?: FormProblems;
  /** In place of the one it has. */
  readonly stamp?: string;
  /** Bits of work that its browser is to do before it is sent; as things stand where absent. */
  readonly bits?: number;
}

/** The front page with its form: empty, or as it was filled in and with what to mend. */
export async function sendForm(
  site: Site,
  reply: FastifyReply,
  words: Words,
  { form, problems = NO_PROBLEMS, stamp, bits }: ShownForm,
): Promise<FastifyReply> {
  const wrong = problems !== NO_PROBLEMS;
  const newsletters = await Promise.all(
    site.newsletters.map((one) => newsletterView(site, one, form, words)),
  );
  const view = {
    pageTitle: wrong ? words.say('frame.check', { title: site.publisher.name }) : site.publisher.name,
    today: longDate(site.clock.now(), site.newsletters[0]?.time_zone ?? 'UTC', words.language),
    masthead: mastheadOf(site.publisher.name),
    newsletters: newsletters.map((one) => ({ ...one, problem: problems.sections.get(one.id) ?? '' })),
    several: newsletters.length > 1,
    samples: newsletters
      .flatMap(({ title, sample }) => (sample ? [{ ...sample, newsletter: title }] : []))
      .map(shorter),
    email: form.email,
    world: site.takesUtf8(),
    name: form.name,
    // What is not used is not asked for: the name opens the mail where a newsletter greets.
    asksName: site.newsletters.some((one) => one.greeting !== undefined),
    stamp: stamp ?? makeStamp(site),
    proofBits: bits ?? (await bitsNow(site)),
    sure: problems.suggestion ? domainOf(form.email) : form.sure,
    problems: {
      email: problems.email,
      suggestion: problems.suggestion,
      newsletter: problems.newsletter,
      form: problems.form,
    },
    wrong,
    promises: words.list('sign_up.promises'),
    wording: wordingOf(site, words),
    ...(wrong ? { others: inOtherLanguages(site, words, '/', askedFor(form)) } : {}),
  };
  return sendPage(site, reply, words, 'sign-up', view, wrong ? 422 : 200);
}

function askedFor({ newsletters }: SignUpForm): URLSearchParams {
  return new URLSearchParams(newsletters.map(({ id }): [string, string] => ['newsletter', id]));
}

/** The sentence by the button of our own page. */
export function wordingOf(
  { publisher, newsletters }: Pick<Site, 'publisher' | 'newsletters'>,
  words: Words,
): string {
  return consentWording(
    words,
    publisher.name,
    newsletters.map((one) => one.title),
  );
}

/**
 * Returns a size for the name at which it stays on one line, or nearly: style sheets cannot count
 * letters.
 */
function mastheadOf(name: string): 'short' | 'medium' | 'long' {
  const letters = [...name].length;
  if (letters <= 10) return 'short';
  return letters <= 18 ? 'medium' : 'long';
}

async function newsletterView(site: Site, newsletter: NewsletterConfig, form: SignUpForm, words: Words) {
  const [latest] = await site.editions(newsletter.id, { limit: 1 });
  return {
    id: newsletter.id,
    title: newsletter.title,
    description: newsletter.description,
    when: scheduleInWords(newsletter, words),
    ticked: form.newsletters.includes(newsletter),
    sections: newsletter.sections.map((section) => ({
      field: sectionField(newsletter, section.id),
      title: section.title,
      ticked: form.sections.includes(sectionField(newsletter, section.id)),
    })),
    sample: latest ? sampleOf(site, latest, newsletter, words) : null,
  };
}

function sampleOf(site: Site, edition: EditionSummary, newsletter: NewsletterConfig, words: Words) {
  const [lead = '', ...more] = edition.headlines.slice(0, SAMPLE_HEADLINES);
  return {
    href: `/archive/${edition.id}`,
    date: longDate(datedAt(edition), newsletter.time_zone, words.language),
    lead,
    standfirst: edition.lead?.standfirst ?? '',
    picture: pictureOf(site, edition),
    more,
  };
}

/** One picture is a cover; a second would be a catalogue. */
function shorter<Sample extends ReturnType<typeof sampleOf>>(sample: Sample, at: number): Sample {
  return at === 0
    ? sample
    : { ...sample, picture: null, more: sample.more.slice(0, FURTHER_SAMPLE_HEADLINES) };
}

/**
 * Only one that lies here: the page asks nobody else for anything. Where it was cut, its size is
 * known.
 */
function pictureOf({ publicUrl }: Site, { lead }: EditionSummary) {
  const { url = '', alt = '', width, height } = lead?.picture ?? {};
  const ours = url.startsWith(`${publicUrl}/media/`) && width && height;
  return ours ? { src: url.slice(publicUrl.length), alt, width, height } : null;
}
