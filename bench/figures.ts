/** One line of the table: two sides of one thing, measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly ours: number;
  /** Null where there is nobody to compare with. */
  readonly theirs: number | null;
  readonly ratio: number | null;
  readonly unit: string;
  readonly goal?: Goal;
  /** The lowest and highest ratio of the rounds. */
  readonly spread?: readonly [number, number];
}

export interface Goal {
  readonly of: 'ours' | 'ratio';
  readonly better: 'higher' | 'lower';
  readonly goal: number;
  readonly floor: number;
}

/** What could not be measured here, and why. */
export interface Missing {
  readonly name: string;
  readonly missing: string;
}

export type Line = Figure | Missing;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** The ratio is the median of the rounds' own ratios: a neighbour who disturbs one round disturbs both its sides. */
export function compare(
  name: string,
  unit: string,
  rounds: readonly { readonly ours: number; readonly theirs: number }[],
  goal?: Goal,
): Figure {
  const ratios = rounds.map(({ ours, theirs }) => ours / theirs);
  return {
    name,
    unit,
    ours: median(rounds.map(({ ours }) => ours)),
    theirs: median(rounds.map(({ theirs }) => theirs)),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    ...(goal ? { goal } : {}),
  };
}

/** A figure that stands for itself. */
export function alone(name: string, unit: string, values: readonly number[], goal?: Goal): Figure {
  return { name, unit, ours: median(values), theirs: null, ratio: null, ...(goal ? { goal } : {}) };
}

export function verdict({ goal, ours, ratio }: Figure): 'goal' | 'floor' | 'no' | '' {
  if (!goal) return '';
  const value = goal.of === 'ours' ? ours : (ratio ?? Number.NaN);
  const reaches = (mark: number) => (goal.better === 'higher' ? value >= mark : value <= mark);
  if (reaches(goal.goal)) return 'goal';
  return reaches(goal.floor) ? 'floor' : 'no';
}

const COLUMNS = ['', 'ours', 'theirs', 'ratio', '(rounds)', 'goal', 'floor', 'reached'];

export function table(lines: readonly Line[]): string {
  const rows = [COLUMNS, ...lines.map(cells)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(align).join('  ').trimEnd()).join('\n');
}

/** What `--json` prints: only what was measured, for a program to read. */
export function json(lines: readonly Line[]): string {
  const measured = lines.filter((line): line is Figure => !('missing' in line));
  return JSON.stringify(
    measured.map(({ name, ours, theirs, ratio, unit }) => ({ name, ours, theirs, ratio, unit })),
    null,
    2,
  );
}

function cells(line: Line): string[] {
  if ('missing' in line) return [line.name, line.missing];
  const { name, ours, theirs, ratio, unit, goal, spread } = line;
  const inUnit = (value: number | null) => (value === null ? '' : `${short(value)} ${unit}`);
  return [
    name,
    inUnit(ours),
    inUnit(theirs),
    ratio === null ? '' : short(ratio),
    spread ? `${short(spread[0])}–${short(spread[1])}` : '',
    goal ? String(goal.goal) : '',
    goal ? String(goal.floor) : '',
    verdict(line),
  ];
}

function short(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toPrecision(3);
}
