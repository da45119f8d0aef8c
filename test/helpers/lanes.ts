import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * The lanes that tests run in, by what a test file needs: nothing but memory (`unit`), a database, a server or a process
 * of its own (`database`), a real browser (`browser`), or a server that misbehaves for a while (`faults`).
 */
export const LANES = ['faults', 'browser', 'database', 'unit'] as const;
export type Lane = (typeof LANES)[number];

const ROOT = resolve(import.meta.dirname, '../..');

const BROWSER = ['test/helpers/browser.ts', 'gallery/browser.ts'];
const FAULTS = /^test\/(faults\/|delivery\/engine\/(crash|engine-trouble)\.)/;
const BEYOND_MEMORY = [
  'node:child_process',
  'test/helpers/databases.ts',
  'test/helpers/smtp-server.ts',
  'src/app.ts',
  'src/storage/database.ts',
];
/** These throw a megabyte at every parser, render every mail or hash passwords for seconds. */
const SLOW =
  /^test\/(articles\/.*(hostile|picture-cuts|story-matcher)|subscribers\/.*hostile|editors\/password|mail\/templates|judge\/feeds)/;

/** Returns the test files of each lane, as paths from the root of the project. */
export function filesByLane(): Record<Lane, string[]> {
  const byLane: Record<Lane, string[]> = { faults: [], browser: [], database: [], unit: [] };
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.test.ts')).map((name) => `test/${name}`))
    byLane[laneOf(file)].push(file);
  return byLane;
}

function laneOf(file: string): Lane {
  const needs = needsOf(file);
  if (BROWSER.some((need) => needs.has(need))) return 'browser';
  if (FAULTS.test(file)) return 'faults';
  return SLOW.test(file) || BEYOND_MEMORY.some((need) => needs.has(need)) ? 'database' : 'unit';
}

/** Returns what a test file imports, by itself or by the helpers it imports. */
function needsOf(file: string, needs: Set<string> = new Set()): ReadonlySet<string> {
  for (const need of importsOf(file)) {
    if (needs.has(need)) continue;
    needs.add(need);
    if (need.startsWith('test/')) needsOf(need, needs);
  }
  return needs;
}

function importsOf(file: string): string[] {
  const path = join(ROOT, file);
  if (!existsSync(path)) return [];
  const found = readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...found].map(([, name = '']) =>
    name.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), name)) : name,
  );
}
