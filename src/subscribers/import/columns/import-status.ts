import type { Cell, Layout, StandingColumn } from './import-columns.ts';
import { GONE_BY, type StandingField } from './import-fields.ts';
import { statusOfWord } from './import-status-words.ts';
import { isEmpty, isMoment, isNo, isNothing, isYes, type ListStatus, plain } from './import-words.ts';

/** Status of a row; `unknown` names the cell whose words nobody knows. */
export type Standing =
  | { readonly status: ListStatus; readonly at: string }
  | { readonly status: 'unknown'; readonly text: string; readonly column: StandingColumn };

/** From the one that keeps least away to the one that keeps most. */
const STRICTNESS: readonly ListStatus[] = [
  'active',
  'unconfirmed',
  'unsubscribed',
  'undeliverable',
  'complained',
];
const GONE = STRICTNESS.indexOf('unsubscribed');

/**
 * Returns a reader's status by all the columns that give one: the strictest wins. An unknown word
 * is never guessed: a reader who is gone by another column is gone, and otherwise the row is a bad
 * one.
 */
export function standingOf(layout: Layout, cells: (column: number) => string, cell: Cell): Standing {
  const said = layout.standing.map((column) => {
    const text = cells(column.column);
    return { column, text, status: layout.words[plain(text)] ?? statusIn(column.field, text) };
  });
  if (layout.format === 'Broadsheet') {
    const status = said[0]?.status;
    // The state says it all, since who came back has a time of leaving, too; but for those who left and have only asked
    // to come back.
    const left = status === 'unconfirmed' && cell('left_at') !== '';
    if (status !== undefined) return { status: left ? 'unsubscribed' : status, at: cell('left_at') };
  }
  const known = said.filter((one) => one.status !== undefined);
  const strictness = Math.max(0, ...known.map(({ status }) => (status ? STRICTNESS.indexOf(status) : 0)));
  const unknown = said.find((one) => one.status === undefined);
  if (unknown && strictness < GONE) return { status: 'unknown', text: unknown.text, column: unknown.column };
  const at = known.find(({ status, text }) => status && STRICTNESS.indexOf(status) >= GONE && isMoment(text));
  return { status: STRICTNESS[strictness] ?? 'active', at: at?.text ?? '' };
}

/** Returns the status in one cell; undefined for unknown words. */
function statusIn(field: StandingField, text: string): ListStatus | undefined {
  if (field === 'status') return statusWord(text);
  if (field === 'subscribed') return subscribedWord(text);
  if (field === 'receives') return isNothing(text) ? 'unsubscribed' : 'active';
  const gone = GONE_BY[field];
  if (isNothing(text)) return 'active';
  if (field === 'unsubscribe_reason' || field === 'bounce_reason') return gone;
  if (isYes(text) || isMoment(text) || ALL_MAIL.has(plain(text))) return gone;
  return statusOfWord(text);
}

/** Words that mean mail among the kinds of message somebody wants none of. */
const ALL_MAIL = new Set([
  'email',
  'mail',
  'emails',
  'mails',
  'all',
  'alle',
  'alles',
  'tous',
  'todos',
  'tutti',
  'everything',
]);

function statusWord(text: string): ListStatus | undefined {
  if (isEmpty(text) || isYes(text)) return 'active';
  return isNo(text) ? 'unsubscribed' : statusOfWord(text);
}

/** Reads a cell that names subscribers: a reader it does not name has not agreed. */
function subscribedWord(text: string): ListStatus | undefined {
  if (isNo(text)) return 'unsubscribed';
  if (isNothing(text)) return 'unconfirmed';
  return isYes(text) || isMoment(text) ? 'active' : statusOfWord(text);
}

/**
 * The status of everybody in a file, when it is a file of such people: Mailchimp writes those who
 * left, those who were cleaned, and those who never agreed into files of their own, told apart by a
 * heading or by name.
 */
export function statusOfFile({ headings, format, everybody }: Layout, file: string): ListStatus | undefined {
  // Who says that all are subscribed does not mean those whom a column names as gone.
  if (everybody !== undefined && everybody !== 'active') return everybody;
  if (headings.includes('cleantime')) return 'undeliverable';
  if (headings.includes('unsubtime')) return 'unsubscribed';
  if (format !== 'Mailchimp') return undefined;
  if (/^cleaned_/i.test(file)) return 'undeliverable';
  if (/^unsubscribed_/i.test(file)) return 'unsubscribed';
  return /^nonsubscribed_/i.test(file) ? 'unconfirmed' : undefined;
}
