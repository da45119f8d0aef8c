import { expect, test } from 'vitest';
import type { SourceFailure } from '../../../src/articles/sources/source-failure.ts';
import { wayOut } from '../../../src/studio/articles/sources-words.ts';

const FEED = {
  ...{ id: 'palace', feed: 'https://palace.example/rss', allow_private: false },
  ...{ categories: [], language: 'en' },
};
const PASSES = /usually passes by itself/;

test.each<[failure: SourceFailure, way: RegExp]>([
  [{ code: 'web-page' }, /the feed’s own address under sources, palace,/],
  [{ code: 'not-public', host: 'palace.example', address: '10.0.0.7' }, /allow_private: true/],
  [
    { code: 'redirect-refused', host: 'palace.example:21', why: { code: 'port', port: '21' } },
    /allow_private: true/,
  ],
  [{ code: 'answered', status: 403 }, /^Ask the publisher/],
  [{ code: 'answered', status: 404 }, /^Open its address in a browser. If the feed has moved/],
  [{ code: 'no-such-host', host: 'palace.example' }, /If the feed has moved/],
  [{ code: 'answered', status: 429 }, PASSES],
  [{ code: 'answered', status: 503 }, PASSES],
  [{ code: 'no-answer', seconds: 15 }, PASSES],
  [{ code: 'broken-connection', says: 'read ECONNRESET', cause: 'ECONNRESET' }, PASSES],
  [
    { code: 'broken-connection', says: 'certificate has expired', cause: 'CERT_HAS_EXPIRED' },
    /to see the answer/,
  ],
  [{ code: 'text', text: 'the server answered 503' }, /to see the answer/],
])('what is to be done about %j', (failure, way) => {
  expect(wayOut(FEED, failure)).toMatch(way);
});
