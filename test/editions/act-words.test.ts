import { expect, test } from 'vitest';
import { done, refused } from '../../src/editions/act.ts';
import { actForPrograms, actWords } from '../../src/editions/words/act-words.ts';

test.each([
  [done({ code: 'approved', leaves: 'at-its-moment' }), 'Approved'],
  [done({ code: 'approved', leaves: 'at-once' }), 'Approved: the edition is going out'],
  [
    done({ code: 'goes-on', leaves: { code: 'held', by: 'Anna' } }),
    'Hold released, but not sent yet: held by Anna',
  ],
  [done({ code: 'newsletter-goes-on', newsletter: 'The Daily' }), 'The Daily is resumed'],
  [done({ code: 'composed' }), 'The draft is on the desk'],
  [refused({ code: 'has-left' }), 'It has already gone out'],
  [refused({ code: 'not-skippable', state: 'frozen' }), 'It cannot be skipped: it is frozen'],
  [refused({ code: 'held-by', by: 'Anna' }), 'Held by Anna. Release the hold first'],
  [refused({ code: 'changed-since' }), 'It was changed since you opened it. Review it again first'],
  [
    refused({ code: 'changed-since', by: 'Ben', what: { code: 'dropped', headline: 'A quiet wedding' } }),
    'Ben changed it since: Left out “A quiet wedding”. Review it again first',
  ],
  [
    refused({ code: 'nothing-yet', reason: { code: 'nothing-new', articles: 3 } }),
    'Nothing to send yet: none of 3 articles is new',
  ],
])('%j is said as “%s”', (act, sentence) => {
  expect(actWords(act)).toBe(sentence);
  expect(actForPrograms(act)).toEqual({ ...act, says: sentence });
});
