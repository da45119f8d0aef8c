import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const rows = [...read('docs/FAILURE.md').matchAll(/^\| (F\d+) \|.*$/gm)].map(([line, fault = '']) => ({
  fault,
  tests: [...line.matchAll(/`(test\/[^`]+)`: \*([^*]+)\*/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  })),
}));

test('the table of faults has every fault once, each with a test', () => {
  expect(rows.map(({ fault }) => fault)).toEqual(Array.from({ length: 28 }, (_, n) => `F${n + 1}`));
  expect(rows.filter(({ tests }) => tests.length === 0)).toEqual([]);
});

test('every test that the table of faults names is there, under that name', () => {
  const named = rows.flatMap(({ fault, tests }) => tests.map((one) => ({ fault, ...one })));
  expect(named.filter(({ file, title }) => !read(file).includes(`'${title}'`))).toEqual([]);
});
