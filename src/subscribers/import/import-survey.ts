import { ColumnProfile, KnownWords } from './columns/column-profile.ts';
import { type Layout, readLayout, unreadColumns, type Wishes } from './columns/import-columns.ts';
import { FORMATS } from './columns/import-formats.ts';
import { smellOfHeading } from './columns/import-headings.ts';
import { readSections, type SectionNames } from './columns/import-sections.ts';
import { statusOfFile } from './columns/import-status.ts';
import { isEmpty } from './columns/import-words.ts';
import { openCsv } from './csv/csv-rows.ts';
import type { Separator } from './csv/csv-separator.ts';
import { type Encoding, type OpenList, readText } from './csv/import-source.ts';
import type { CsvRow } from './csv/row-scanner.ts';
import { sectionNames } from './import-row.ts';

/** A column that may say who left or who never agreed, and that nobody said anything of. */
export interface Doubt {
  /** Name of the column for people; undefined for the whole file, by its name. */
  readonly column: string | undefined;
  /** Its words, where it has few. */
  readonly samples: string;
  /** True for times of agreeing that only some people have. */
  readonly isEvidence: boolean;
}

/** A list as it was looked through before any row is taken in. */
export interface Survey {
  readonly separator: Separator;
  /** Undefined for an empty file. */
  readonly layout: Layout | undefined;
  /** Names of the columns that nothing reads. */
  readonly unread: readonly string[];
  readonly doubts: readonly Doubt[];
  /**
   * Names among the sections that are none, with how many people have each; the first thousand of
   * them.
   */
  readonly unknownTags: readonly { readonly tag: string; readonly readers: number }[];
}

export interface SurveyOptions extends Wishes {
  readonly file: string;
  readonly sections: readonly string[];
  readonly tags?: SectionNames;
}

const HEAD_ROWS = 20;
const MOST_TAGS = 1_000;

/**
 * Looks through the whole of a list: what its columns hold, and which of them may say who left
 * though nothing reads them.
 * @throws AppError USAGE when no column holds addresses, or a wanted one is not there.
 */
export async function surveyList(
  open: OpenList,
  encoding: Encoding,
  options: SurveyOptions,
): Promise<Survey> {
  const { separator, pieces } = await openCsv(readText(open, encoding));
  const head: CsvRow[] = [];
  let look: Look | undefined;
  for await (const rows of pieces) {
    if (look) look.at(rows);
    else for (const row of rows) head.push(row);
    if (!look && head.length >= HEAD_ROWS) look = begun(head, options);
  }
  look ??= begun(head, options);
  if (look === undefined) return { separator, layout: undefined, unread: [], doubts: [], unknownTags: [] };
  const { layout, unknownTags } = look;
  const unread = unreadColumns(layout);
  return {
    ...{ separator, layout, unknownTags },
    unread: unread.flatMap((column) => (look.isEmptyColumn(column) ? [] : (layout.names[column] ?? []))),
    doubts: doubtsOf(layout, look, unread, options.file),
  };
}

/** A look at a list, whose layout its first rows show; undefined for a list without rows. */
function begun(head: readonly CsvRow[], options: SurveyOptions): Look | undefined {
  if (head.length === 0) return undefined;
  const look = new Look(readLayout(head.slice(0, HEAD_ROWS), options), sectionNames(options));
  look.at(head.slice(look.layout.headRows));
  return look;
}

class Look {
  readonly layout: Layout;
  readonly #names: SectionNames;
  readonly #profiles = new Map<number, ColumnProfile>();
  readonly #filled = new Set<number>();
  readonly #tags = new Map<string, number>();

  constructor(layout: Layout, names: SectionNames) {
    this.layout = layout;
    this.#names = names;
    const words = new KnownWords();
    for (const column of [...unreadColumns(layout), ...layout.assumed])
      this.#profiles.set(column, new ColumnProfile(words));
  }

  at(rows: readonly CsvRow[]): void {
    for (const row of rows) if (row.flaw === undefined) this.#atRow(row);
  }

  #atRow({ cells }: CsvRow): void {
    for (const [column, profile] of this.#profiles) {
      const text = cells[column] ?? '';
      if (!isEmpty(text)) this.#filled.add(column);
      profile.add(text);
    }
    const { columns, hasTags } = this.layout;
    if (hasTags && columns.sections !== undefined) this.#countTags(cells[columns.sections] ?? '');
  }

  profile(column: number): ColumnProfile | undefined {
    return this.#profiles.get(column);
  }

  /** True for a column without a heading that has no cells either. */
  isEmptyColumn(column: number): boolean {
    return !this.#filled.has(column) && (this.layout.headings[column] ?? '') === '';
  }

  get unknownTags(): Survey['unknownTags'] {
    const common = [...this.#tags].toSorted(([, a], [, b]) => b - a);
    return common.map(([tag, readers]) => ({ tag, readers }));
  }

  #countTags(text: string): void {
    for (const tag of readSections(text, this.#names).strangers)
      if (this.#tags.has(tag) || this.#tags.size < MOST_TAGS)
        this.#tags.set(tag, (this.#tags.get(tag) ?? 0) + 1);
  }
}

/** File names of lists of people who left: `unsubscribes.csv`. */
const FILE_OF_THE_GONE =
  /unsub|opt[-_ ]?(ed[-_ ]?)?outs?\b|bounce|cleaned|suppress|complain|spam|black[-_ ]?list|block[-_ ]?list|deny[-_ ]?list|do[-_ ]?not|abgemeldet|abmeldung|austrag|d[eé]s(abo|inscri)|\bbajas?\b|desuscri|descadastr|disiscri|uitgeschreven|afgemeld|inactive|removed|deleted|nonsub|unconfirmed/i;

function doubtsOf(layout: Layout, look: Look, unread: readonly number[], file: string): Doubt[] {
  const everybody = statusOfFile(layout, file);
  if (everybody !== undefined && everybody !== 'active') return [];
  const idle = FORMATS.find(({ name }) => name === layout.format)?.idle;
  const doubtful = unread.filter((column) => {
    if (layout.ignored.includes(column) || idle?.has(layout.headings[column] ?? '')) return false;
    const profile = look.profile(column);
    const smell = layout.headings.length > 0 ? smellOfHeading(layout.names[column] ?? '') : 'none';
    if (smell === 'strong' || profile?.tellsWhoLeft) return true;
    return smell === 'ambiguous' && !profile?.isOfOtherWords;
  });
  // Where another column tells how people stand, a time that is missing says nothing of it.
  const assumed = layout.standing.length > 0 ? [] : layout.assumed;
  const gaps = assumed.filter((column) => look.profile(column)?.hasGaps);
  const named = [...doubtful, ...gaps].map((column) => ({
    column: layout.names[column],
    samples: look.profile(column)?.samples ?? '',
    isEvidence: gaps.includes(column),
  }));
  const isUnsaid = layout.standing.length === 0 && layout.everybody === undefined;
  const whole = isUnsaid && FILE_OF_THE_GONE.test(file);
  return whole ? [{ column: undefined, samples: '', isEvidence: false }, ...named] : named;
}
