import { fields } from '../web/form-fields.ts';

/** Words that a form of the studio asks for, by the name of their field. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['name', 'Name'],
  ['email', 'Address'],
  ['to', 'To'],
  ['reader', 'Whose'],
  ['moment', 'Send at'],
  ['text', 'What you wrote'],
  ['headline', 'Headline'],
  ['standfirst', 'Standfirst'],
  ['subject', 'Subject'],
]);
/** Passwords, which are never sent back: to be typed once more. */
const SECRETS: ReadonlyMap<string, string> = new Map([
  ['old', 'Current password'],
  ['password', 'New password'],
  ['again', 'Repeat new password'],
]);
/** Forms in which `subject` is a box to tick, and nothing is written. */
const TICKS_ONLY = /^\/studio\/articles\//;

/** A form that was not taken, to be read, copied or sent once more. */
export interface Typed {
  readonly written: readonly { readonly name: string; readonly label: string; readonly text: string }[];
  /** Its other fields, such as ticks and the revision that was seen. */
  readonly carried: readonly { readonly name: string; readonly value: string }[];
  /** Passwords that were among it. */
  readonly secrets: readonly { readonly name: string; readonly label: string }[];
}

/** Returns what somebody wrote into a form, so that a page that refuses it gives it back; null where they wrote nothing. */
export function typedIn({ url, body }: { readonly url: string; readonly body?: unknown }): Typed | null {
  if (typeof body !== 'object' || body === null) return null;
  const names = Object.keys(body).filter((name) => name !== 'csrf' && !SECRETS.has(name));
  const isWritten = (name: string) =>
    LABELS.has(name) && !TICKS_ONLY.test(url) && fields(body, name).length === 1;
  const written = names.filter(isWritten).map((name) => ({
    name,
    label: LABELS.get(name) ?? name,
    text: fields(body, name)[0] ?? '',
  }));
  if (written.every(({ text }) => text.trim() === '')) return null;
  return {
    written,
    carried: names
      .filter((name) => !isWritten(name))
      .flatMap((name) => fields(body, name).map((value) => ({ name, value }))),
    secrets: [...SECRETS]
      .filter(([name]) => fields(body, name).some((value) => value !== ''))
      .map(([name, label]) => ({ name, label })),
  };
}
