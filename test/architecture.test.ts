import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** docs/ARCHITECTURE.md, as the test holds it. */
const FLOORS: Readonly<Record<string, number>> = {
  base: 0,
  config: 1,
  storage: 1,
  web: 1,
  articles: 2,
  editors: 2,
  subscribers: 2,
  transport: 2,
  editions: 3,
  composing: 4,
  mail: 4,
  checks: 5,
  delivery: 5,
  editing: 5,
  outbound: 6,
  publishing: 7,
  site: 8,
  studio: 8,
  'ground.ts': 9,
  'ports.ts': 9,
  'app.ts': 10,
  cli: 11,
  'cli.ts': 11,
};
/** Rooms where nobody speaks SQL: they ask an owner, by what they want to know. */
const WITHOUT_SQL: readonly string[] = [
  'outbound',
  'site',
  'studio',
  'cli',
  'app.ts',
  'cli.ts',
  'ports.ts',
  'ground.ts',
];

/**
 * Tables and the folders whose files may name them in SQL, the owner first, and why others stand beside it: as a
 * rule because an answer that lies in several tables is one query, and not one for each row.
 */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  address_changes: ['subscribers', 'delivery/reader-history.ts'], // all that is known of one reader
  articles: ['articles', 'editions/store/told-before.ts'], // which edition told which story
  attempts: ['delivery', 'subscribers/subscriber-store.ts', 'storage/installation.ts'], // erased with their reader
  consents: ['subscribers', 'delivery/reader-history.ts', 'storage/installation.ts'], // the newest row dates a backup
  deliveries: ['delivery', 'subscribers', 'storage/installation.ts'], // who is erased or moves is changed in the ledger too
  edition_acts: ['editions/store'],
  edition_revisions: ['editing', 'editions/store'], // forgotten when the edition leaves or is discarded
  edition_stories: ['editions/store'],
  editions: [
    'editions/store',
    // What is due, left over or done is a join of the ledger with the states of editions.
    'delivery/audience/reselect.ts',
    'delivery/control.ts',
    'delivery/engine/claim.ts',
    'delivery/ledger.ts',
  ],
  editors: ['editors'],
  exclusions: ['delivery'],
  imports: ['subscribers'],
  installation: ['storage/installation.ts'],
  letter_subscriptions: ['subscribers'],
  newsletters: ['editions/store'],
  pictures: ['articles'],
  relays: ['delivery'],
  sessions: ['editors'],
  sign_up_counts: ['subscribers'],
  sources: ['articles'],
  story_decisions: ['articles'],
  subscribers: ['subscribers', 'delivery'], // as for subscriptions
  subscriptions: ['subscribers', 'delivery'], // who is due, and who got what, is asked of thousands in one query
  suppressions: ['subscribers', 'delivery/answer-to.ts', 'delivery/reader-history.ts'], // what an address stands for
  tag_decisions: ['articles'],
  used_stamps: ['subscribers'],
  variants: ['delivery'],
};
const MOST_FILES = 15;
const MOST_LINES = 250;
const MOST_FUNCTION_LINES = 60;

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Of our own files, as paths below src. */
  readonly imports: readonly string[];
  readonly packages: readonly string[];
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readSource(name.split('\\').join('/')));

test('every folder has its floor', () => {
  expect(files.map(({ path }) => room(path)).filter((name) => !(name in FLOORS))).toEqual([]);
});

test('a file imports only from a lower floor or from its own folder', () => {
  const climbing = files.flatMap(({ path, imports }) =>
    imports
      .filter((target) => room(target) !== room(path) && floor(target) >= floor(path))
      .map((target) => `${path} → ${target}`),
  );
  // The command line's entry and its folder are one room with two doors.
  expect(climbing.filter((arrow) => !/^cli(\.ts|\/\S+) → cli(\.ts|\/)/.test(arrow))).toEqual([]);
});

test('no import goes round in a circle', () => {
  expect(circles(new Map(files.map(({ path, imports }) => [path, imports])))).toEqual([]);
});

test('beside each other, files and folders import in one direction', () => {
  expect(circles(siblings())).toEqual([]);
});

test(`no folder holds more than ${MOST_FILES} files beside its folders, and no two files share a name`, () => {
  const crowded = [...Map.groupBy(files, ({ path }) => posix.dirname(path))]
    .filter(([, { length }]) => length > MOST_FILES)
    .map(([folder, { length }]) => `${folder} holds ${length} files`);
  const namesakes = [...Map.groupBy(files, ({ path }) => posix.basename(path))]
    .filter(([, { length }]) => length > 1)
    .map(([, alike]) => alike.map(({ path }) => path).join(' and '));
  expect([...crowded, ...namesakes]).toEqual([]);
});

test('there are no barrels and no drawers', () => {
  const names = files.map(({ path }) => posix.basename(path));
  expect(names.filter((name) => /^(index|types|utils|helpers)\.ts$/.test(name))).toEqual([]);
});

test(`no file is longer than ${MOST_LINES} lines, and no function than ${MOST_FUNCTION_LINES}`, () => {
  const long = files.filter(({ text }) => text.split('\n').length - 1 > MOST_LINES).map(({ path }) => path);
  expect([...long, ...files.flatMap(longFunctions)]).toEqual([]);
});

test('each delicate thing is touched in one place', () => {
  const users = (name: string) =>
    files.filter(({ packages }) => packages.includes(name)).map(({ path }) => path);
  const containing = (pattern: RegExp) =>
    files.filter(({ text }) => pattern.test(text)).map(({ path }) => path);
  expect(users('mjml')).toEqual(['mail/templates/mjml-aside.ts']);
  expect(users('node-cron')).toEqual(['app.ts']);
  expect(users('nodemailer/lib/smtp-connection')).toEqual(['transport/connection.ts', 'transport/smtp.ts']);
  expect(users('sharp')).toEqual(['articles/pictures/picture-cuts.ts']); // its types; the code is loaded when first needed
  expect(containing(/import\('sharp'\)/)).toEqual(['articles/pictures/picture-cuts.ts']);
  expect(users('undici')).toEqual(['articles/fetching/guarded-fetch.ts']); // its types, as above
  expect(containing(/import\('undici'\)/)).toEqual(['articles/fetching/guarded-fetch.ts']);
  expect(containing(/\bcorrects'?,? *'?is'?,? *null/)).toEqual(['editions/store/kept-edition.ts']);
  expect(containing(/JSON\.parse\([\w.?]*content\b/)).toEqual([]); // `readContent` knows what an edition is made of
  expect(containing(/\bprocess\.env\b/)).toEqual(['cli.ts']);
  expect(containing(/\bDate\.now\(\)|new Date\(\)/)).toEqual(['base/clock.ts']);
});

test('pages, commands and outgoing mail hold no SQL', () => {
  const speaking = files.filter(
    ({ path, text, packages }) =>
      WITHOUT_SQL.includes(room(path)) &&
      (packages.includes('kysely') ||
        tablesNamed(text).length > 0 ||
        /\.(?:start)?transaction\(\)/i.test(text)),
  );
  expect(speaking.map(({ path }) => path)).toEqual([]);
});

test('every table has its owner, and nobody else names it in SQL', () => {
  const uses = files
    .filter(({ path }) => !path.startsWith('storage/migrations/'))
    .flatMap(({ path, text }) => tablesNamed(text).map((table) => ({ table, path })));
  expect(Object.keys(OWNERS)).toEqual(tables());
  const strangers = uses.filter(({ table, path }) => !OWNERS[table]?.some((owner) => isIn(path, owner)));
  expect(strangers.map(({ table, path }) => `${path} names ${table}`)).toEqual([]);
  // A folder that stands in the list and needs the table no more is taken off it.
  const needless = Object.entries(OWNERS).flatMap(([table, owners]) =>
    owners
      .filter((owner) => !uses.some((use) => use.table === table && isIn(use.path, owner)))
      .map((owner) => `${owner} does not name ${table}`),
  );
  expect(needless).toEqual([]);
});

test('nothing escapes the type checker', () => {
  const escapes = files.flatMap(({ path, text }) =>
    [...text.matchAll(/@ts-(?:ignore|nocheck|expect-error)|\bas any\b|: any\b|\bas unknown as\b/g)].map(
      (found) => `${path}: ${found[0]}`,
    ),
  );
  expect(escapes).toEqual([]);
});

function readSource(path: string): SourceFile {
  const text = readFileSync(join(SRC, path), 'utf8');
  const named = [
    ...text.matchAll(
      /^(?:import|export)\b[^;'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('(\.[^']+)'\)/gm,
    ),
  ].map((found) => found[1] ?? found[2] ?? found[3] ?? '');
  const own = named.filter((name) => name.startsWith('.'));
  return {
    path,
    text,
    imports: own.map((name) =>
      relative(SRC, resolve(SRC, dirname(path), name))
        .split('\\')
        .join('/'),
    ),
    packages: named.filter((name) => !name.startsWith('.')),
  };
}

/** Names of all tables, in the order of the alphabet, as the schema has them. */
function tables(): string[] {
  const schema = files.find(({ path }) => path === 'storage/schema/schema.ts')?.text ?? '';
  return [...schema.matchAll(/^ {2}(\w+): \w+Table;$/gm)].map(([, name = '']) => name).toSorted();
}

/** Tables that a source names in SQL: in calls of the query builder, and in SQL that is written out. */
function tablesNamed(text: string): string[] {
  const called = [
    ...text.matchAll(/\b(?:selectFrom|insertInto|updateTable|deleteFrom|\w+Join|from)\(\s*'(\w+)/g),
  ];
  const written = [...text.matchAll(/\bsql(?:<[^`]*>)?`([^`]*)`/g)].flatMap(([, query = '']) => [
    ...query.matchAll(/\b(?:from|join|into|update)\s+(\w+)/gi),
  ]);
  const names = [...called, ...written].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => name in OWNERS);
}

function isIn(path: string, owner: string): boolean {
  return path === owner || path.startsWith(`${owner}/`);
}

function room(path: string): string {
  return path.split('/')[0] ?? path;
}

function floor(path: string): number {
  return FLOORS[room(path)] ?? -1;
}

/** What each file or folder imports of those beside it: `delivery/engine` of `delivery/ledger.ts`. */
function siblings(): Map<string, string[]> {
  const importsOf = new Map<string, string[]>();
  for (const { path, imports } of files)
    for (const target of imports) {
      const [from, to] = [path.split('/'), target.split('/')];
      const parting = from.findIndex((name, depth) => name !== to[depth]);
      const sibling = to.slice(0, parting + 1).join('/');
      const importer = from.slice(0, parting + 1).join('/');
      importsOf.set(importer, [...(importsOf.get(importer) ?? []), sibling]);
    }
  return importsOf;
}

function circles(importsOf: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of importsOf.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of importsOf.keys()) visit(path, []);
  return found;
}

/** Functions by their indentation: what the formatter lays out, a line count can measure. */
function longFunctions({ path, text }: SourceFile): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, start) => {
    const [, indent, name] =
      /^( *)(?:export )?(?:async )?(?:static )?(?:(?:function\*? |#)?([\w#]+)(?:<.*>)?\(.*\{|.*(\w+) = .*=> \{)$/.exec(
        line,
      ) ?? [];
    if (indent === undefined || /^\s*(if|for|while|switch|catch|return|await|test|describe)\b/.test(line))
      return [];
    const length = lines.slice(start).findIndex((later) => later.startsWith(`${indent}}`));
    return length + 1 > MOST_FUNCTION_LINES ? [`${path}:${start + 1} ${name} has ${length + 1} lines`] : [];
  });
}
