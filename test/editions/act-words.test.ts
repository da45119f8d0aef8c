import { expect, test } from 'vitest';
import { done, refused } from '../../src/editions/act.ts';
import { actForPrograms, actWords } from '../../src/editions/words/act-words.ts';

test.each([
  [done({ code: 'approved', leaves: 'at-its-moment' }), 'Approved'],
  [done({ code: 'approved', leaves: 'at-once' }), 'Approved, and is on its way'],
  [
    done({ code: 'goes-on', leaves: { code: 'held', by: 'Anna' } }),
    'It goes on, but does not go yet: held by Anna',
  ],
  [done({ code: 'newsletter-goes-on', newsletter: 'The Daily' }), 'The Daily goes on'],
  [done({ code: 'composed' }), 'The draft is on the desk'],
  [refused({ code: 'has-left' }), 'It has left already'],
  [refused({ code: 'not-skippable', state: 'frozen' }), 'It cannot be skipped: it is frozen'],
  [refused({ code: 'held-by', by: 'Anna' }), 'It is held by Anna. Let it go on first'],
  [refused({ code: 'changed-since' }), 'It was changed since you looked. Look at it again first'],
  [
    refused({ code: 'changed-since', by: 'Ben', what: { code: 'dropped', headline: 'A quiet wedding' } }),
    'Ben changed it since: Left out “A quiet wedding”. Look at it again first',
  ],
  [
    refused({ code: 'nothing-yet', reason: { code: 'nothing-new', articles: 3 } }),
    'There is nothing to tell yet: none of 3 articles is new',
  ],
])('%j is said as “%s”', (act, sentence) => {
  expect(actWords(act)).toBe(sentence);
  expect(actForPrograms(act)).toEqual({ ...act, says: sentence });
});
