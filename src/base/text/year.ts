/**
 * True when two moments are in the same year where that time zone is. A date is said without its
 * year only when it is in the year of whoever reads it: the one rule of every page, mail and
 * command.
 */
export function inSameYear(one: number, other: number, timeZone: string): boolean {
  const year = yearsIn(timeZone);
  return year.format(one) === year.format(other);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Kept: making one takes as long as filling a whole mail. */
function yearsIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { year: 'numeric', timeZone });
  formats.set(timeZone, known);
  return known;
}
