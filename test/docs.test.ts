import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../src/base/errors.ts';
import { environmentSchema, SECRET_NAMES } from '../src/config/environment.ts';
import { parseNewsletters } from '../src/config/newsletters.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const DOCUMENTS = [
  ...readdirSync(ROOT),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'));
/** Examples in the documents, and files that they say there are none of. */
const NOT_THERE = ['imprint.hbs', 'it.yaml', 'index.ts', 'types.ts', 'utils.ts'];
const NAMES = new Set(
  readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).map((name) => basename(name)),
);
const variables = Object.keys(environmentSchema.shape);

test('every variable is in .env.example and in the README', () => {
  const example = read('.env.example');
  const readme = read('README.md');
  expect(variables.filter((name) => !new RegExp(`^${name}=`, 'm').test(example))).toEqual([]);
  expect(variables.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test('.env.example names nothing that is not read', () => {
  const named = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map((found) => found[1]);
  expect(named.filter((name) => !variables.includes(name ?? ''))).toEqual([]);
});

test('the README names the secrets that may come from a file', () => {
  const paragraph = /The secrets among them[^.]*/.exec(read('README.md'))?.[0] ?? '';
  expect(SECRET_NAMES.filter((name) => !paragraph.includes(name))).toEqual([]);
});

test('every error code is explained, and no other', () => {
  const explained = [...read('docs/ERRORS.md').matchAll(/^## (\w+)$/gm)].map((found) => found[1]);
  expect(explained).toEqual(Object.keys(ERROR_CODES));
});

test('the configuration that is explained is one that is read', () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(read('docs/CONFIGURATION.md')) ?? [];
  const { newsletters, sources } = parseNewsletters(yaml, 'docs/CONFIGURATION.md');
  expect(newsletters[0]?.sections.map((section) => section.id)).toEqual(['royal', 'more']);
  expect(sources.map((source) => source.id)).toEqual(['magazine', 'palace-press']);
});

test('the map of the house shows every room', () => {
  const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((one) => one.isDirectory());
  const map = read('docs/ARCHITECTURE.md');
  expect(rooms.map(({ name }) => name).filter((name) => !map.includes(`\`${name}/\``))).toEqual([]);
});

test('the two commands stand in the README, and CI runs the second', () => {
  expect(read('README.md')).toContain('npm ci && npm start');
  expect(read('README.md')).toContain('npm ci && npm test');
  expect(read('.ci/run')).toContain('npm ci && npm test');
});

test('every file a document links to is there, and every heading', () => {
  const missing = DOCUMENTS.flatMap((document) => {
    const targets = [...read(document).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
      (found) => found[1] ?? '',
    );
    return targets
      .filter((target) => !leadsSomewhere(document, target))
      .map((target) => `${document} → ${target}`);
  });
  expect(missing).toEqual([]);
});

test('every file and room that these documents name is there', () => {
  const documents = DOCUMENTS.filter((name) => /^(CONTRIBUTING|SECURITY)|decisions|ARCHITECTURE/.test(name));
  const missing = documents.flatMap((document) =>
    pathsIn(document)
      .filter((path) => !isNamedRightly(path))
      .map((path) => `${document}: ${path}`),
  );
  expect(documents.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

describe('the decisions', () => {
  const files = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => name !== 'README.md');
  const decisions = files.map((name) => ({ name, text: read(`docs/decisions/${name}`) }));

  test('are numbered without a gap, in their names and in their titles', () => {
    expect(files.length).toBeGreaterThanOrEqual(10);
    expect(decisions.map(({ name }) => name.slice(0, 5))).toEqual(
      files.map((_name, at) => `${String(at + 1).padStart(4, '0')}-`),
    );
    expect(decisions.map(({ text }) => /^# (\d+)\. \S/.exec(text)?.[1])).toEqual(
      files.map((_name, at) => String(at + 1)),
    );
  });

  test('are all in the index, with their title and day, and no other', () => {
    const rows = [
      ...read('docs/decisions/README.md').matchAll(/^\| \[\d+\]\((.*)\) \| (.*) \| ([\d-]+) \|$/gm),
    ];
    expect(rows.map(([, name, title, day]) => [name, title, day])).toEqual(
      decisions.map(({ name, text }) => [
        name,
        /^# \d+\. (.*)$/m.exec(text)?.[1],
        /^(\d{4}-\d\d-\d\d) · (holds|superseded by )/m.exec(text)?.[1],
      ]),
    );
  });

  test.each(decisions)('$name has context, choice and consequences, within a page', ({ text }) => {
    expect(text.match(/^## .*$/gm)).toEqual(['## Context', '## Choice', '## Consequences']);
    expect(text.split(/\s+/).length).toBeLessThan(400);
  });
});

/** A file, a folder, or a heading of a document; of this one where only a heading is named. */
function leadsSomewhere(document: string, target: string): boolean {
  const [file = '', heading] = target.split('#');
  const path = file === '' ? document : join(document, '..', file);
  if (!existsSync(join(ROOT, path))) return false;
  return heading === undefined || anchorsOf(path).includes(heading);
}

/** The headings of a document as links name them. */
function anchorsOf(document: string): string[] {
  return [...read(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What stands in backquotes and is a path: with a slash inside, or with the ending of our files. */
function pathsIn(document: string): string[] {
  const quoted = [...read(document).matchAll(/`([\w.@][\w.@/-]*)`/g)].map((found) => found[1] ?? '');
  return quoted.filter((name) => /^[\w.@-]+\/|[\w-]\.(ts|md|yaml|yml|hbs|json)$/.test(name));
}

/** By its whole path, from `src/`, or by its name alone. */
function isNamedRightly(path: string): boolean {
  if (NOT_THERE.includes(path)) return true;
  return existsSync(join(ROOT, path)) || existsSync(join(ROOT, 'src', path)) || NAMES.has(path);
}
