import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadTemplates, type Templates } from '../../src/base/templates.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('values are escaped for HTML', () => {
  expect(one('{{title}} {{{title}}}').fill('page', { title: `<b a="1" b='2'>&` })).toBe(
    `&lt;b a&#x3D;&quot;1&quot; b&#x3D;&#x27;2&#x27;&gt;&amp; <b a="1" b='2'>&`,
  );
});

test.each([
  ['a value', 'Dear {{name}}'],
  ['a value of an object', 'Dear {{reader.name}}'],
  ['a value without escaping', 'Dear {{{name}}}'],
  ['a value inside a list', '{{#each people}}{{name}}{{/each}}'],
])('%s that is missing is an error that names the file and the value', (_what, source) => {
  const { templates, folder } = templatesOf({ 'page.hbs': source });
  expect(() => templates.fill('page', { reader: {}, people: [{}] })).toThrow(
    expect.objectContaining({
      code: 'TEMPLATE_INVALID',
      message: expect.stringMatching(new RegExp(`^${join(folder, 'page.hbs')}: .*names?\\b`)),
    }),
  );
});

test('a value that is missing in a partial is an error as well', () => {
  const { templates } = templatesOf({ 'page.hbs': '{{> foot}}', 'partials/foot.hbs': '{{address}}' });
  expect(() => templates.fill('page', {})).toThrow(expect.objectContaining({ code: 'TEMPLATE_INVALID' }));
  expect(templates.fill('page', { address: '12 Garden Row' })).toBe('12 Garden Row');
});

test('an empty or a false value is not missing', () => {
  expect(one('[{{a}}{{b}}{{c}}]').fill('page', { a: '', b: null, c: undefined })).toBe('[]');
  expect(one('{{#if a}}x{{else}}y{{/if}}').fill('page', { a: false })).toBe('y');
});

test('a condition or a list may ask for what is not there', () => {
  expect(one('[{{#if name}}x{{/if}}{{#each names}}x{{/each}}]').fill('page', {})).toBe('[]');
});

test('a template that does not compile names its file and line', () => {
  const { templates, folder } = templatesOf({ 'page.hbs': 'one\n{{#if a}}two' });
  expect(() => templates.fill('page', { a: true })).toThrow(
    expect.objectContaining({
      code: 'TEMPLATE_INVALID',
      message: expect.stringContaining(`${join(folder, 'page.hbs')}: Parse error on line 2`),
    }),
  );
});

test('a template that is not there is an error that says where it was looked for', () => {
  const { templates, folder } = templatesOf({ 'page.hbs': 'x' });
  for (const name of ['pge', '../page', 'partials/foot', 'constructor'])
    expect(() => templates.fill(name, {})).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_INVALID',
        message: `There is no template ${join(folder, name)}.hbs`,
      }),
    );
});

test.each([
  '{{constructor}}',
  '{{constructor.name}}',
  '{{__proto__}}',
  '{{toString}}',
  '{{reader.constructor}}',
  '{{lookup reader "constructor"}}',
  '{{lookup reader "__proto__"}}',
  '{{#with constructor}}{{name}}{{/with}}',
  '{{#with (lookup reader "constructor")}}{{name}}{{/with}}',
  '{{reader.__defineGetter__}}',
  '{{secret}}',
])('there is no way to a prototype: %s', (source) => {
  class Reader {
    name = 'Anna';
    get secret() {
      return 'Function';
    }
  }
  let filled = '';
  try {
    filled = one(source).fill('page', Object.assign(new Reader(), { reader: new Reader() }));
  } catch (error) {
    expect(error).toMatchObject({ code: 'TEMPLATE_INVALID' });
  }
  expect(filled).toBe('');
});

test('a template calls the helpers it was given and no others', () => {
  const { folder } = templatesOf({ 'page.hbs': '{{loud name}}', 'other.hbs': '{{env "HOME"}}' });
  const templates = loadTemplates(folder, { loud: (text: string) => text.toUpperCase() });
  expect(templates.fill('page', { name: 'anna' })).toBe('ANNA');
  expect(() => templates.fill('other', {})).toThrow(expect.objectContaining({ code: 'TEMPLATE_INVALID' }));
});

test('two folders do not share helpers or partials', () => {
  const first = templatesOf({ 'page.hbs': '{{> foot}}', 'partials/foot.hbs': 'first' });
  const second = templatesOf({ 'page.hbs': '{{> foot}}' });
  expect(first.templates.fill('page', {})).toBe('first');
  expect(() => second.templates.fill('page', {})).toThrow('The partial foot could not be found');
});

function one(source: string): Templates {
  return templatesOf({ 'page.hbs': source }).templates;
}

function templatesOf(files: Record<string, string>): { templates: Templates; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-templates-'));
  folders.push(folder);
  mkdirSync(join(folder, 'partials'));
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), source);
  }
  return { templates: loadTemplates(folder), folder };
}
