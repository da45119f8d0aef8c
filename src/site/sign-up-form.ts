import { type EmailAddress, parseAddress } from '../base/address.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { normaliseSections } from '../subscribers/subscriber.ts';
import { field, fields } from './fields.ts';

/** What somebody typed and ticked, as it came. */
export interface SignUpForm {
  readonly email: string;
  readonly newsletters: readonly NewsletterConfig[];
  /** As in the form: `daily:royal`. All of a newsletter's, where the form did not ask about them. */
  readonly sections: readonly string[];
  /** The field that no person sees was filled in. */
  readonly trapped: boolean;
}

export type CheckedForm =
  | { ok: true; email: EmailAddress; choices: readonly Choice[] }
  | { ok: false; problems: FormProblems };

export interface Choice {
  readonly newsletterId: string;
  /** Null for all of them, those added later too. */
  readonly sections: readonly string[] | null;
}

/** What to mend, by field; empty where nothing is wrong. */
export interface FormProblems {
  readonly email: string;
  readonly newsletter: string;
  /** By the id of a newsletter that was ticked without any of its sections. */
  readonly sections: ReadonlyMap<string, string>;
}

export const NO_PROBLEMS: FormProblems = { email: '', newsletter: '', sections: new Map() };

/** Hidden from people, so what fills it is a program. Its name is one that such programs like and browsers do not fill. */
export const TRAP_FIELD = 'homepage';

/**
 * Names a newsletter whose sections the form shows. Browsers leave boxes out that are not ticked, so without it "none of
 * them" would look like a publisher's own form that has no boxes at all, and that means everything.
 */
export const ASKED_FIELD = 'sections-of';

/** Reads the form. Newsletters that are not offered are passed over; where there is only one, it need not be named. */
export function readForm(body: unknown, offered: readonly NewsletterConfig[]): SignUpForm {
  const named = fields(body, 'newsletter');
  const only = named.length === 0 && offered.length === 1;
  return {
    email: field(body, 'email').slice(0, 320),
    newsletters: only ? offered : offered.filter((newsletter) => named.includes(newsletter.id)),
    sections: offered.flatMap((newsletter) => sectionsIn(body, newsletter)),
    trapped: field(body, TRAP_FIELD) !== '',
  };
}

export function checkForm(form: SignUpForm): CheckedForm {
  const parsed = parseAddress(form.email);
  const problems = {
    email: parsed.ok ? '' : emailProblem(form.email, parsed.reason),
    newsletter: form.newsletters.length === 0 ? 'Please choose at least one newsletter.' : '',
    sections: new Map(form.newsletters.filter((one) => lacksSections(one, form)).map(sectionProblem)),
  };
  if (!parsed.ok || problems.newsletter || problems.sections.size > 0) return { ok: false, problems };
  return { ok: true, email: parsed.address, choices: form.newsletters.map((one) => choiceOf(one, form)) };
}

export function sectionField(newsletter: NewsletterConfig, sectionId: string): string {
  return `${newsletter.id}:${sectionId}`;
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

function sectionProblem({ id, title }: NewsletterConfig): [string, string] {
  return [id, `Please choose at least one section of ${title}.`];
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

function emailProblem(email: string, reason: string): string {
  if (email === '') return 'Please enter your email address.';
  return `This address cannot be used: ${reason}.`;
}
