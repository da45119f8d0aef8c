import { expect, test } from 'vitest';
import { readSubjects } from '../../../src/config/sensitive.ts';
import { readLabelled, score } from '../../labelled/score.ts';

const rules = readSubjects();
const labelled = readLabelled();
const holdout = labelled.filter((one) => one.isHoldout);

test('there are enough labelled texts, sad and plain, and a third of them is held out', () => {
  const sensitive = labelled.filter(({ subjects }) => subjects.length > 0).length;
  expect(labelled.length).toBeGreaterThanOrEqual(150);
  expect(sensitive / labelled.length).toBeGreaterThan(0.4);
  expect(sensitive / labelled.length).toBeLessThan(0.6);
  expect(holdout.length / labelled.length).toBeGreaterThan(0.25);
  expect(holdout.length / labelled.length).toBeLessThan(0.4);
});

test('every label is a subject that the rules know, and every subject has texts', () => {
  const known = rules.map(({ id }) => id);
  expect(labelled.flatMap(({ subjects }) => subjects).filter((id) => !known.includes(id))).toEqual([]);
  for (const id of known)
    expect(labelled.filter(({ subjects }) => subjects.includes(id)).length, id).toBeGreaterThan(10);
});

test.each([
  ['all', labelled],
  ['held out', holdout],
])(
  'of %s texts the rules find at least 95 in a hundred subjects, and 85 of a hundred they find are there',
  (_, texts) => {
    const { recall, precision, wrong } = score(texts, rules);
    const report = wrong.join('\n');
    expect(recall, report).toBeGreaterThanOrEqual(0.95);
    expect(precision, report).toBeGreaterThanOrEqual(0.85);
  },
);
