import { plain } from './import-words.ts';

/**
 * Section by the names people have for it, as `plain` leaves them: its id, its title, tags; empty
 * for tags without one.
 */
export type SectionNames = Readonly<Record<string, string>>;

export interface ReadSections {
  readonly sections: readonly string[];
  /** Words that name no section. */
  readonly strangers: readonly string[];
}

/** Most characters of a cell of sections that are read. */
export const SECTIONS_MAX = 4_000;

/**
 * Reads the sections in a cell: separated by commas, `;` or `|`, also as a list in quotation marks
 * or brackets; and by spaces where every word names one.
 */
export function readSections(text: string, names: SectionNames): ReadSections {
  const parts = text
    .slice(0, SECTIONS_MAX)
    .replace(/^\s{0,9}\[|\]\s{0,9}$/g, '')
    .split(/[;|,"\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const read = parts.flatMap((part) => sectionsOf(part, names));
  return {
    sections: read.flatMap(({ section }) => section || []),
    strangers: read.flatMap(({ section, name }) => (section === undefined ? name : [])),
  };
}

function sectionsOf(part: string, names: SectionNames): { name: string; section: string | undefined }[] {
  const whole = sectionOf(part, names);
  if (whole !== undefined) return [{ name: part, section: whole }];
  const words = part.split(/\s+/).map((name) => ({ name, section: sectionOf(name, names) }));
  const someKnown = words.some(({ section }) => section !== undefined);
  return someKnown ? words : [{ name: part, section: undefined }];
}

function sectionOf(name: string, names: SectionNames): string | undefined {
  const word = plain(name);
  return Object.hasOwn(names, word) ? names[word] : undefined;
}
