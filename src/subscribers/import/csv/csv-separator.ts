const SEPARATORS = [',', ';', '\t', '|'] as const;
export type Separator = (typeof SEPARATORS)[number];

/**
 * The separator that most of the first lines have, counted outside quotation marks and comments: a
 * `;` between the sections of one row must not cut a file with commas, nor a comma in a heading one
 * with bars. Of two in as many lines it is the one that is always there most often, then the one
 * that has no space behind it.
 */
export function separatorOf(lines: readonly string[]): Separator {
  const bare = lines
    .filter((line) => line.trim() !== '' && !/^\s{0,9}(#|\/\/)/.test(line))
    .map((line) => line.replace(/"[^"]*"/g, ''));
  const weights = SEPARATORS.map((separator) => ({ separator, weight: weightOf(separator, bare) }));
  return weights.reduce((best, one) => (isMore(one.weight, best.weight) ? one : best)).separator;
}

function weightOf(separator: Separator, lines: readonly string[]): readonly number[] {
  const counts = lines.map((line) => line.split(separator).length - 1).filter((count) => count > 0);
  const spaced = lines.reduce((sum, line) => sum + line.split(`${separator} `).length - 1, 0);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const least = counts.reduce((fewest, count) => Math.min(fewest, count), counts[0] ?? 0);
  return [counts.length, least, all - spaced];
}

function isMore(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at !== -1 && (a[at] ?? 0) > (b[at] ?? 0);
}
