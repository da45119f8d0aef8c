import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type SensitiveText, type Tag, tagsOf } from '../../src/articles/subjects/sensitivity.ts';
import type { Subject } from '../../src/config/sensitive.ts';

/** A text of ours and the subjects that people gave it. */
export interface Labelled {
  readonly text: SensitiveText;
  readonly subjects: readonly string[];
  /** The rules are not written with this one in view: what it says of them is what to expect of the next article. */
  readonly isHoldout: boolean;
}

/** Over pairs of a text and a subject. */
export interface Score {
  /** Of the pairs there are, how many the rules found. */
  readonly recall: number;
  /** Of the pairs the rules found, how many there are. */
  readonly precision: number;
  /** What is wrong, a line for each pair. */
  readonly wrong: readonly string[];
}

const fileSchema = z.array(
  z.strictObject({
    headline: z.string(),
    standfirst: z.string().default(''),
    body: z.array(z.string()).default([]),
    language: z.string().default('en'),
    subjects: z.array(z.string()),
  }),
);

export function readLabelled(): Labelled[] {
  const file = join(import.meta.dirname, 'sensitive.yaml');
  return fileSchema.parse(parse(readFileSync(file, 'utf8'))).map(({ body, subjects, ...text }) => ({
    text: { ...text, paragraphs: body, categories: [] },
    subjects,
    isHoldout: isHoldout(text.headline),
  }));
}

/** @param only one subject, else all of them. */
export function score(labelled: readonly Labelled[], rules: readonly Subject[], only?: string): Score {
  const counts = { right: 0, missed: 0, tooMany: 0 };
  const wrong: string[] = [];
  for (const { text, subjects } of labelled) {
    const tags = tagsOf(text, rules);
    for (const id of only ? [only] : rules.map((subject) => subject.id)) {
      const tag = tags.find(({ subject }) => subject === id);
      const verdict = verdictOf(subjects.includes(id), tag);
      if (verdict) counts[verdict] += 1;
      if (verdict === 'missed') wrong.push(`missed ${id}: ${text.headline}`);
      if (verdict === 'tooMany') wrong.push(`${id} because of “${tag?.because}”: ${text.headline}`);
    }
  }
  const { right, missed, tooMany } = counts;
  return { recall: right / (right + missed), precision: right / (right + tooMany), wrong };
}

function verdictOf(isThere: boolean, tag: Tag | undefined): 'right' | 'missed' | 'tooMany' | undefined {
  if (isThere) return tag ? 'right' : 'missed';
  return tag ? 'tooMany' : undefined;
}

/** A third of them, the same for ever: by the headline, so that a new text moves no other. */
function isHoldout(headline: string): boolean {
  return [...headline].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 3 === 0;
}
