import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');
const COMMENT = /\/\*\*([\s\S]*?)\*\//g;
/** Words that make a reader wait for the verb: "What a mail is made of" for "Parts of a mail". */
const EVASIVE = /^(?:What|Whatever|Who|Whoever|Whom|Whose|Of|Whether|Those|As|By|Which|How|Where|When|Why)\b/;
const MOST_EVASIVE = 0.03;

interface DocComment {
  /** `base/clock.ts:12`. */
  readonly place: string;
  readonly text: string;
}

const comments = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => commentsOf(name, readFileSync(join(SRC, name), 'utf8')));

test('a doc comment begins with a verb or with a noun that says what the thing is', () => {
  const evasive = comments.filter(({ text }) => EVASIVE.test(text));
  const share = evasive.length / comments.length;
  const named = evasive.map(({ place, text }) => `${place} ${text}`).join('\n');
  expect(comments.length).toBeGreaterThan(1000);
  expect(
    share,
    `${evasive.length} of ${comments.length} doc comments (${(100 * share).toFixed(1)} %):\n${named}`,
  ).toBeLessThan(MOST_EVASIVE);
});

function commentsOf(name: string, source: string): DocComment[] {
  return [...source.matchAll(COMMENT)].map(({ 1: inside = '', index }) => ({
    place: `${name}:${source.slice(0, index).split('\n').length}`,
    text: inside
      .replace(/\n\s*\*/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  }));
}
