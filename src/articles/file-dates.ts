import type { FileContent } from './file-content.ts';
import { momentOf } from './file-moment.ts';
import { dateInName } from './file-names.ts';
import { MEND, type Problem } from './file-problems.ts';

/** When a file is an article. */
export type FileDates =
  | {
      readonly kind: 'article';
      /** UTC milliseconds; ahead where it waits. */
      readonly publishedAt: number;
      readonly dated: boolean;
      readonly problems: readonly Problem[];
    }
  | { readonly kind: 'no article'; readonly problem: Problem };

interface Context {
  /** The path of the file, which may hold a date. */
  readonly name: string;
  readonly language: string;
  /** IANA name, for times without a zone; UTC where absent. */
  readonly timeZone: string | undefined;
  readonly now: number;
}

/** The moment of an article: its date, or where it is later the moment it was to wait for; and none once it has expired. */
export function datesOf({ dates, changed, publication }: FileContent, context: Context): FileDates {
  const { name, language, timeZone, now } = context;
  const habits = { language, ...(timeZone ? { timeZone } : {}) };
  const read = (text: string) => momentOf(text, now, habits);
  const { from = [], until = [], waits = false } = publication.kind === 'public' ? publication : {};
  const unread = [...from, ...until].find((text) => !read(text));
  if (unread !== undefined)
    return none(`a moment of it cannot be read: ${unread.slice(0, 60)}`, { mend: MEND.moment });
  const ends = until.flatMap((text) => read(text) ?? []).map(({ at }) => at);
  const end = Math.min(...ends);
  if (end <= now) return none(`it has expired (${inUtc(end)})`, { leftOut: 'expired' });
  // Each in its turn: a date that cannot be read gives way to one that can.
  const inOrder = [...dates, dateInName(name), ...changed].filter(Boolean);
  const date = inOrder.map(read).find((one) => one !== undefined);
  const starts = from.flatMap((text) => read(text) ?? []).map(({ at }) => at);
  if (waits && starts.length === 0 && !date)
    return none('it waits, and says no moment', { leftOut: 'scheduled' });
  const publishedAt = Math.max(date?.at ?? (starts.length > 0 ? 0 : now), ...starts);
  const dated = (date?.dated ?? false) || starts.length > 0;
  return { kind: 'article', publishedAt, dated, problems: problemsOf(publishedAt, dated, now, dates, read) };
}

function problemsOf(
  publishedAt: number,
  dated: boolean,
  now: number,
  dates: readonly string[],
  read: (text: string) => unknown,
): Problem[] {
  const [first] = dates;
  const unread: Problem[] =
    first !== undefined && !read(first)
      ? [{ reason: `its date cannot be read: ${first.slice(0, 60)}`, mend: MEND.date, partly: true }]
      : [];
  const waiting: Problem[] =
    dated && publishedAt > now
      ? [{ reason: `it waits until ${inUtc(publishedAt)}`, leftOut: 'scheduled' }]
      : [];
  return [...unread, ...waiting];
}

/** "2026-12-04 07:00 UTC" */
function inUtc(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime())
    ? 'an impossible moment'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function none(reason: string, rest: Omit<Problem, 'reason'>): FileDates {
  return { kind: 'no article', problem: { reason, ...rest } };
}
