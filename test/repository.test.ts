import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { userAgentOf, VERSION } from '../src/base/version.ts';

const ROOT = resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const manifest = JSON.parse(read('package.json'));

describe('the version stands in package.json, and nowhere else', () => {
  const CODE = ['src', 'bench', 'gallery', 'judge', 'soak', 'test', 'templates'];
  const files = CODE.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|hbs|js|yaml)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );

  test('what runs, and what it calls itself to others, has it from there', () => {
    expect(VERSION).toBe(manifest.version);
    expect(userAgentOf('https://news.example')).toBe(
      `Broadsheet/${manifest.version} (+https://news.example)`,
    );
  });

  test('no file repeats it', () => {
    const whole = new RegExp(
      `(?<![\\d.])${manifest.version.replaceAll('.', '\\.')}(?![\\d.])|Broadsheet/\\d`,
    );
    expect(files).toContain('src/cli.ts');
    expect(files.filter((file) => whole.test(read(file)))).toEqual([]);
  });

  test('the lock file is of the same version', () => {
    const lock = JSON.parse(read('package-lock.json'));
    expect([lock.version, lock.packages[''].version]).toEqual([manifest.version, manifest.version]);
  });
});

describe('the changelog keeps its form', () => {
  const headings = read('CHANGELOG.md').match(/^#{2,} .*$/gm) ?? [];
  const [first, ...released] = headings.filter((line) => line.startsWith('## '));

  test('what is unreleased comes first; every version has its day, the newest first', () => {
    expect(first).toBe('## [Unreleased]');
    expect(released.filter((line) => !/^## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/.test(line))).toEqual([]);
    const days = released.map((line) => line.slice(-10));
    expect(days).toEqual(days.toSorted().reverse());
  });

  test('the newest of them is the version of package.json', () => {
    expect(released[0]).toContain(`[${manifest.version}]`);
  });

  test('what changed stands under one of the six kinds, each once a version and in their order', () => {
    const kinds = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
    const versions = headings.join('\n').split(/^## .*$/m);
    for (const version of versions) {
      const places = [...version.matchAll(/^### (.*)$/gm)].map((found) => kinds.indexOf(found[1] ?? ''));
      expect(places).not.toContain(-1);
      expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
    }
  });
});

describe('what runs and asks for us elsewhere', () => {
  test('CI runs the two commands of the README, with the oldest Node that is promised and with the packaged one', () => {
    const { jobs } = parse(read('.github/workflows/ci.yml'));
    const runs = jobs.test.steps.flatMap((step: { run?: string }) => step.run ?? []);
    expect(runs).toEqual(['npm ci', 'npm test']);
    const [oldest] = /\d+/.exec(manifest.engines.node) ?? [];
    const [packaged] = manifest.dependencies.node.split('.');
    expect(jobs.test.strategy.matrix.node.map(String)).toEqual([oldest, packaged]);
    const setUp = jobs.test.steps.find((step: { uses?: string }) =>
      step.uses?.startsWith('actions/setup-node@'),
    );
    expect(setUp.with['node-version']).toMatch(/^\$\{\{ matrix\.node \}\}$/);
  });

  test('a report of a fault has to have what doctor says', () => {
    const { body } = parse(read('.github/ISSUE_TEMPLATE/fault.yml'));
    const field = body.find((one: { id?: string }) => one.id === 'doctor');
    expect(field.attributes.label).toBe('`npx broadsheet doctor --json`');
    expect(field.validations.required).toBe(true);
  });
});
