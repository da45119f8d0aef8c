import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../src/base/errors.ts';
import { environmentSchema, SECRET_NAMES } from '../src/config/environment.ts';
import { parseNewsletters } from '../src/config/newsletters.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
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
  const rooms = [
    'base',
    'config',
    'storage',
    'web',
    'articles',
    'subscribers',
    'transport',
    'editions',
    'mail',
    'checks',
    'delivery',
    'publishing',
    'site',
    'studio',
  ];
  const map = read('docs/ARCHITECTURE.md');
  expect(rooms.filter((name) => !map.includes(`\`${name}/\``))).toEqual([]);
});

test('the two commands stand in the README, and CI runs the second', () => {
  expect(read('README.md')).toContain('npm ci && npm start');
  expect(read('README.md')).toContain('npm ci && npm test');
  expect(read('.ci/run')).toContain('npm ci && npm test');
});

test('every file a document links to is there', () => {
  const documents = [
    'README.md',
    'docs/ARCHITECTURE.md',
    'docs/FAILURE.md',
    'docs/OPERATING.md',
    'docs/IMPORTING.md',
    'docs/ERRORS.md',
    'docs/CONFIGURATION.md',
    'docs/CARE.md',
    'docs/LANGUAGES.md',
    'docs/CHECKS.md',
  ];
  const missing = documents.flatMap((document) => {
    const targets = [...read(document).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((found) => found[1] ?? '');
    return targets
      .filter((target) => !exists(join(document, '..', target)))
      .map((target) => `${document} → ${target}`);
  });
  expect(missing).toEqual([]);
});

function exists(file: string): boolean {
  try {
    readFileSync(join(ROOT, file));
    return true;
  } catch {
    return false;
  }
}
