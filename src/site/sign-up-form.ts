import { type EmailAddress, parseAddress } from '../base/address.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { normaliseSections } from '../subscribers/subscriber.ts';
import { field, fields } from './fields.ts';

/** What somebody typed and ticked, as it came. */
export interface SignUpForm {
  readonly email: string;
  readonly newsletters: readonly NewsletterConfig[];
  /** As in the form: `daily:royal`. */
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
}

export const NO_PROBLEMS: FormProblems = { email: '', newsletter: '' };

/** Hidden from people, so what fills it is a program. Its name is one that such programs like and browsers do not fill. */
export const TRAP_FIELD = 'homepage';

/** Reads the form. Newsletters that are not offered are passed over; where there is only one, it need not be named. */
export function readForm(body: unknown, offered: readonly NewsletterConfig[]): SignUpForm {
  const named = fields(body, 'newsletter');
  const only = named.length === 0 && offered.length === 1;
  return {
    email: field(body, 'email').slice(0, 320),
    newsletters: only ? offered : offered.filter((newsletter) => named.includes(newsletter.id)),
    sections: fields(body, 'section'),
    trapped: field(body, TRAP_FIELD) !== '',
  };
}

export function checkForm(form: SignUpForm): CheckedForm {
  const parsed = parseAddress(form.email);
  const problems = {
    email: parsed.ok ? '' : emailProblem(form.email, parsed.reason),
    newsletter: form.newsletters.length === 0 ? 'Please choose at least one newsletter.' : '',
  };
  if (!parsed.ok || problems.newsletter) return { ok: false, problems };
  return { ok: true, email: parsed.address, choices: form.newsletters.map((one) => choiceOf(one, form)) };
}

export function sectionField(newsletter: NewsletterConfig, sectionId: string): string {
  return `${newsletter.id}:${sectionId}`;
}

function choiceOf(newsletter: NewsletterConfig, form: SignUpForm): Choice {
  const known = newsletter.sections.map((section) => section.id);
  const ticked = known.filter((id) => form.sections.includes(sectionField(newsletter, id)));
  return { newsletterId: newsletter.id, sections: normaliseSections(ticked, known) };
}

function emailProblem(email: string, reason: string): string {
  if (email === '') return 'Please enter your email address.';
  return `This address cannot be used: ${reason}.`;
}
