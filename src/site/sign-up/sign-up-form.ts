import { domainOf, type EmailAddress, parseAddress } from '../../base/text/address.ts';
import { oneLine } from '../../base/text/one-line.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { SignUpConfig } from '../../config/sign-up-config.ts';
import type { Words } from '../../config/vocabulary.ts';
import { probablyMeant, refusalOf } from '../../subscribers/sign-up/address-policy.ts';
import {
  ASKED_FIELD,
  INSTEAD_FIELD,
  PROOF_FIELD,
  STAMP_FIELD,
  SURE_FIELD,
  TRAP_FIELD,
} from '../../subscribers/sign-up/form-contract.ts';
import type { Choice } from '../../subscribers/sign-up/take-sign-up.ts';
import { normaliseSections } from '../../subscribers/subscriber.ts';
import { field, fields } from '../../web/form-fields.ts';

/** Values of the sign-up form as submitted. */
export interface SignUpForm {
  readonly email: string;
  /** Optional; empty where it was left out, or is nobody's name. */
  readonly name: string;
  readonly newsletters: readonly NewsletterConfig[];
  /**
   * Sections as in the form: `daily:royal`. All of a newsletter's, where the form did not ask about
   * them.
   */
  readonly sections: readonly string[];
  /** The field that no person sees was filled in. */
  readonly trapped: boolean;
  readonly stamp: string;
  readonly proof: string;
  /** The domain they were asked about and insist on. */
  readonly sure: string;
}

export type CheckedForm =
  | { ok: true; email: EmailAddress; choices: readonly Choice[] }
  | { ok: false; problems: FormProblems };

/** Problems by field, in the language of the page; empty where nothing is wrong. */
export interface FormProblems {
  readonly email: string;
  /** The address that was probably meant. */
  readonly suggestion: string;
  readonly newsletter: string;
  /** Problems by the id of a newsletter ticked without any of its sections. */
  readonly sections: ReadonlyMap<string, string>;
  /** About the form as a whole. */
  readonly form: string;
}

export const NO_PROBLEMS: FormProblems = {
  email: '',
  suggestion: '',
  newsletter: '',
  sections: new Map(),
  form: '',
};

const LONGEST_ADDRESS = 320;
const LONGEST_NAME = 80;
/** Signs of a program that advertises in the field for a name. */
const NO_NAME = /:\/\/|\bwww\.|[<>@]/i;

/**
 * Reads the form. Newsletters that are not offered are passed over; where there is only one, it
 * need not be named.
 */
export function readForm(body: unknown, offered: readonly NewsletterConfig[]): SignUpForm {
  const named = fields(body, 'newsletter');
  const only = named.length === 0 && offered.length === 1;
  return {
    email: (field(body, INSTEAD_FIELD) || field(body, 'email')).slice(0, LONGEST_ADDRESS),
    name: readName(field(body, 'name')),
    newsletters: only ? offered : offered.filter((newsletter) => named.includes(newsletter.id)),
    sections: offered.flatMap((newsletter) => sectionsIn(body, newsletter)),
    trapped: field(body, TRAP_FIELD) !== '',
    stamp: field(body, STAMP_FIELD),
    proof: field(body, PROOF_FIELD),
    sure: field(body, SURE_FIELD).toLowerCase(),
  };
}

/** @param world whether the relay takes addresses with letters beyond ASCII before the @. */
export function checkForm(form: SignUpForm, policy: SignUpConfig, words: Words, world: boolean): CheckedForm {
  const address = checkAddress(form, policy, words, world);
  const problems = {
    ...NO_PROBLEMS,
    ...(address.ok ? {} : { email: address.problem, suggestion: address.suggestion ?? '' }),
    newsletter: form.newsletters.length === 0 ? words.say('sign_up.no_newsletter') : '',
    sections: new Map(
      form.newsletters
        .filter((one) => lacksSections(one, form))
        .map(({ id, title }) => [id, words.say('sign_up.no_sections', { title })]),
    ),
  };
  if (!address.ok || problems.newsletter || problems.sections.size > 0) return { ok: false, problems };
  return { ok: true, email: address.email, choices: form.newsletters.map((one) => choiceOf(one, form)) };
}

export function sectionField(newsletter: NewsletterConfig, sectionId: string): string {
  return `${newsletter.id}:${sectionId}`;
}

type CheckedAddress =
  | { ok: true; email: EmailAddress }
  | { ok: false; problem: string; suggestion?: EmailAddress };

function checkAddress(form: SignUpForm, policy: SignUpConfig, words: Words, world: boolean): CheckedAddress {
  const parsed = parseAddress(form.email, { world });
  if (!parsed.ok) {
    const key = form.email === '' ? 'sign_up.no_email' : `addresses.${parsed.fault}`;
    return { ok: false, problem: words.say(key) };
  }
  const email = parsed.address;
  const refusal = refusalOf(email, policy);
  if (refusal) return { ok: false, problem: words.say(`sign_up.${refusal}`) };
  const suggestion = domainOf(email) === form.sure ? undefined : probablyMeant(email);
  if (suggestion)
    return { ok: false, problem: words.say('sign_up.did_you_mean', { address: suggestion }), suggestion };
  return { ok: true, email };
}

/**
 * A name that is none is left out without a word: it is optional, and a program must not learn what
 * passes.
 */
function readName(typed: string): string {
  const name = oneLine(typed);
  return name.length <= LONGEST_NAME && !NO_NAME.test(name) ? name : '';
}

function sectionsIn(body: unknown, newsletter: NewsletterConfig): readonly string[] {
  const all = newsletter.sections.map((section) => sectionField(newsletter, section.id));
  const ticked = all.filter((one) => fields(body, 'section').includes(one));
  const wasAsked = fields(body, ASKED_FIELD).includes(newsletter.id);
  return ticked.length > 0 || wasAsked ? ticked : all;
}

function lacksSections(newsletter: NewsletterConfig, form: SignUpForm): boolean {
  return newsletter.sections.length > 0 && tickedSections(newsletter, form).length === 0;
}

function choiceOf(newsletter: NewsletterConfig, form: SignUpForm): Choice {
  const known = newsletter.sections.map((section) => section.id);
  return {
    newsletterId: newsletter.id,
    sections: normaliseSections(tickedSections(newsletter, form), known),
  };
}

function tickedSections(newsletter: NewsletterConfig, form: SignUpForm): readonly string[] {
  return newsletter.sections
    .map((section) => section.id)
    .filter((id) => form.sections.includes(sectionField(newsletter, id)));
}
