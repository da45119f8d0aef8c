import { describe, expect, test } from 'vitest';
import type { PictureFault } from '../../../src/articles/pictures/picture-fault.ts';
import { knownPictures } from '../../../src/articles/pictures/picture-store.ts';
import { pictureFaultWords, sourceFailureWords } from '../../../src/articles/sources/failure-words.ts';
import type { SourceFailure } from '../../../src/articles/sources/source-failure.ts';
import { sourceStates } from '../../../src/articles/sources/source-store.ts';
import { editionStatus } from '../../../src/delivery/progress.ts';
import { pullStory } from '../../../src/delivery/pull.ts';
import { historyOf } from '../../../src/editing/draft-history.ts';
import { redo } from '../../../src/editing/revisions.ts';
import { type EditionReason, readReason } from '../../../src/editions/reason.ts';
import { actsOf, type NotedWhat } from '../../../src/editions/store/act-log.ts';
import { reasonInWords } from '../../../src/editions/words/reason-words.ts';
import { revisionWords } from '../../../src/editions/words/revision-words.ts';
import { migrate } from '../../../src/storage/database.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { historyView } from '../../../src/studio/board/board.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';
import { story } from '../../mail/sample.ts';

const BEFORE = '0009_sign_up_abuse';
const NOW = Date.UTC(2026, 10, 22, 7);

/** Sentences as the release before kept them, with what each says. */
const REASONS: readonly (readonly [sentence: string, reason: EditionReason])[] = [
  ['the sources have nothing from these days', { code: 'nothing-there' }],
  ['none of 12 articles is new', { code: 'nothing-new', articles: 12 }],
  ['held by Anna', { code: 'held', by: 'Anna' }],
  ['waits for approval', { code: 'waits-for-approval' }],
  ['the newsletter is paused by Anna', { code: 'newsletter-paused', by: 'Anna' }],
  [
    'not ready: The subject is empty',
    { code: 'not-ready', check: '', says: 'The subject is empty', more: 0 },
  ],
  [
    'not ready: A link is dead (and 2 more)',
    { code: 'not-ready', check: '', says: 'A link is dead', more: 2 },
  ],
  ['a later edition was due before this one could be made', { code: 'later-due' }],
  ['a later edition left first', { code: 'later-left' }],
  ['nothing was running when it was due', { code: 'nothing-ran' }],
  ['nothing was running until it was too late to catch up', { code: 'nothing-ran-for-long' }],
  [
    'held by Anna, until it was too late',
    { code: 'waited', kept: { code: 'held', by: 'Anna' }, until: 'too-late' },
  ],
  [
    'waits for approval, until the next edition had left',
    { code: 'waited', kept: { code: 'waits-for-approval' }, until: 'later-left' },
  ],
  ['skipped by Anna', { code: 'skipped', by: 'Anna' }],
  ['the newsletter was paused by a restored backup', { code: 'skipped-in-pause', by: 'a restored backup' }],
  ['paused by hand', { code: 'paused', by: 'hand' }],
  ['paused by Björn\nof the desk', { code: 'paused', by: 'Björn\nof the desk' }],
  ['cancelled by Anna', { code: 'cancelled', by: 'Anna' }],
  ['the database was restored from a backup: since then it may have gone out', { code: 'restored' }],
  ['the relay refuses us: 550 5.7.1 "no"', { code: 'relay-refuses', reply: '550 5.7.1 "no"' }],
  [
    'the relay refuses reader after reader in the same words: 550 5.1.1 no such user',
    { code: 'relay-refuses-alike', reply: '550 5.1.1 no such user' },
  ],
  ['somebody looked at it in another way', { code: 'text', text: 'somebody looked at it in another way' }],
  ['{"code":"nonsense"}', { code: 'text', text: '{"code":"nonsense"}' }],
];

/** What was noted of decisions, as the release before said it. */
const ACTS: readonly (readonly [sentence: string, what: NotedWhat])[] = [
  ['Approved', { code: 'approved' }],
  ['Sent now', { code: 'sent-now' }],
  ['Held', { code: 'held' }],
  ['Let go on', { code: 'let-go-on' }],
  ['Skipped', { code: 'skipped' }],
  ['Brought back', { code: 'brought-back' }],
  ['Brought back, held', { code: 'brought-back-held' }],
  ['Asked for it ahead of its slot', { code: 'asked-for' }],
  ['Discarded the draft: it is built at its time', { code: 'discarded' }],
  ['Paused', { code: 'paused' }],
  ['Resumed', { code: 'resumed' }],
  ['Cancelled', { code: 'cancelled' }],
  ['Gave it back its slot', { code: 'given-its-slot' }],
  ['Gave it another moment: 2026-11-23 07:30', { code: 'given-moment', wall: '2026-11-23 07:30' }],
  ['Took out “The “wrong” one”', { code: 'took-out', headline: 'The “wrong” one' }],
  [
    'Left out “Re: your letters”: its headline begins like an answer',
    { code: 'refused', headline: 'Re: your letters', because: 'its headline begins like an answer' },
  ],
  ['Looked at it', { code: 'text', text: 'Looked at it' }],
];

/** The history of a draft as the release before kept it: one story was left out, and brought back by undoing. */
const HISTORY = [
  { what: 'Composed', back: null, forward: null },
  { what: 'Left out “A quiet wedding”', back: 0, forward: null },
  { what: 'Undo: Left out “A quiet wedding”', back: null, forward: 1 },
];

/** Why sources could not be read, as the release before said it. */
const SOURCES: readonly (readonly [sentence: string, failure: SourceFailure])[] = [
  ['the folder /srv/the articles cannot be read', { code: 'folder-unreadable', folder: '/srv/the articles' }],
  ['the server answered 503 (it is overloaded or down)', { code: 'answered', status: 503 }],
  ['the server answered 418', { code: 'answered', status: 418 }],
  ['port 8080 is not 80 or 443', { code: 'port', port: '8080' }],
  [
    'intranet.example (10.0.0.7) is not on the public internet',
    { code: 'not-public', host: 'intranet.example', address: '10.0.0.7' },
  ],
  [
    '169.254.169.254 is not on the public internet',
    { code: 'not-public', host: '169.254.169.254', address: '169.254.169.254' },
  ],
  ['there is no host paper.example', { code: 'no-such-host', host: 'paper.example' }],
  ['paper.example:8443 refuses the connection', { code: 'connection-refused', host: 'paper.example:8443' }],
  ['no answer within 15 s', { code: 'no-answer', seconds: 15 }],
  ['it was not all here after 0.5 s', { code: 'not-all-here', seconds: 0.5 }],
  [
    'it redirects to paper.example:21, and ftp: addresses are not fetched, only http and https',
    { code: 'redirect-refused', host: 'paper.example:21', why: { code: 'scheme', scheme: 'ftp:' } },
  ],
  ['it redirects more than 5 times', { code: 'too-many-redirects', most: 5 }],
  ['it is larger than 5 MB', { code: 'too-large', bytes: 5 * 1024 * 1024 }],
  ['it unpacks to more than 0.25 MB', { code: 'unpacks-too-large', bytes: 256 * 1024 }],
  ['this is a web page, not a feed', { code: 'web-page' }],
  [
    'this is a web page, not a feed; it names the feed https://paper.example/rss',
    { code: 'web-page', feed: 'https://paper.example/rss' },
  ],
  ['this JSON is not a JSON Feed', { code: 'not-a-json-feed' }],
  ['its elements are nested too deeply', { code: 'nested-too-deep' }],
  ['no result within 60 s', { code: 'no-result', seconds: 60 }],
  ['it could not be read within 60 s, so nothing of it was taken', { code: 'reading-too-slow', seconds: 60 }],
  [
    'reading it takes more memory than a source may have, so nothing of it was taken',
    { code: 'reading-too-large' },
  ],
  ['other side closed', { code: 'text', text: 'other side closed' }],
];

/** Why pictures could not be used, as the release before said it. */
const PICTURES: readonly (readonly [sentence: string, fault: PictureFault])[] = [
  ['it is an SVG drawing, which mail programs do not show', { code: 'svg' }],
  [
    'it has 60000 × 60000 pixels, and more than 50 million are not unpacked',
    { code: 'too-many-pixels', width: 60_000, height: 60_000, most: 50_000_000 },
  ],
  [
    'it has 20 × 30 pixels, and a picture needs at least 200 × 100',
    { code: 'too-small', width: 20, height: 30, least: { width: 200, height: 100 } },
  ],
  ['it takes longer than 15 s to unpack', { code: 'too-slow', seconds: 15 }],
  [
    'it is damaged or cut off (VipsJpeg: premature end)',
    { code: 'damaged', says: 'VipsJpeg: premature end' },
  ],
  ['the server answered 404 (there is nothing at this address)', { code: 'answered', status: 404 }],
  ['it was ugly', { code: 'text', text: 'it was ugly' }],
];

const TAKING_OUT =
  'Ada is taking out “The “wrong” one”. If this still stands here in a minute, take it out again or resume: it goes to nobody else either way.';

async function addEdition(db: Database, slot: number, row: { reason: string; state?: 'paused' }) {
  const content = {
    title: 'Daily',
    language: 'en',
    sections: [],
    stories: [story(0, { articleId: 1, headline: 'x' })],
  };
  const id = `daily-${slot}`;
  await db
    .insertInto('editions')
    .values({
      ...{ id, newsletter_id: 'daily', slot, as_of: slot, composed_at: slot, state: row.state ?? 'missed' },
      ...{ content: JSON.stringify(content), reason: row.reason },
    })
    .execute();
  return id;
}

eachDatabase((open) => {
  describe('an edition of the release before', () => {
    test('has the code of its reason', async () => {
      await using store = await open(BEFORE);
      const ids: string[] = [];
      for (const [at, [reason]] of REASONS.entries()) ids.push(await addEdition(store.db, at, { reason }));
      expect(await migrate(store.db)).toContain('0011_reason_codes');
      for (const [at, [, reason]] of REASONS.entries())
        expect((await editionStatus(store.db, ids[at] ?? '')).reason).toEqual(reason);
    });

    test('has the code of each decision about it', async () => {
      await using store = await open(BEFORE);
      const id = await addEdition(store.db, NOW, { reason: 'held by Anna' });
      for (const [what] of ACTS)
        await store.db
          .insertInto('edition_acts')
          .values({ edition_id: id, at: NOW, editor: 'Ada', what })
          .execute();
      await migrate(store.db);
      const acts = (await actsOf(store.db, id)).toReversed();
      expect(acts.map(({ what }) => what)).toEqual(ACTS.map(([, what]) => what));
    });

    test('has its history, in which nothing is undone twice, and goes on to be shaped', async () => {
      await using store = await open(BEFORE);
      const id = await addEdition(store.db, NOW, { reason: 'held by Anna' });
      for (const [revision, row] of HISTORY.entries())
        await store.db
          .insertInto('edition_revisions')
          .values({
            edition_id: id,
            revision,
            at: NOW,
            editor: 'Ada',
            touches: '["12"]',
            content: '{"title":"Daily","language":"en","sections":[],"stories":[]}',
            ...row,
          })
          .execute();
      await store.db.updateTable('editions').set({ state: 'draft', revision: 2 }).execute();
      await migrate(store.db);
      const history = historyView(await historyOf(store.db, id), NOW);
      expect(history.entries.map(({ what, undone }) => [what, undone])).toEqual([
        ['Undo: Left out “A quiet wedding”', false],
        ['Left out “A quiet wedding”', true],
        ['Built', false],
      ]);
      expect([history.undo, history.redo]).toEqual(['', 'Left out “A quiet wedding”']);
      const redone = await redo(store.db, id, { seen: 2, by: { name: 'Ben' }, now: NOW });
      expect(redone.kind === 'saved' && revisionWords(redone.what)).toBe('Redo: Left out “A quiet wedding”');
    });

    test('whose story was being taken out is let go on by whoever takes it out again', async () => {
      await using store = await open(BEFORE);
      const id = await addEdition(store.db, NOW, { reason: TAKING_OUT, state: 'paused' });
      await store.db
        .insertInto('articles')
        .values({
          ...{ link: 'https://paper.example/1', source_id: 's', headline: 'x', standfirst: '', author: '' },
          ...{ paragraphs: '[]', categories: '[]', tags: '[]', language: 'en', picture_alt: '' },
          ...{ picture_caption: '', published_at: 0, first_seen_at: 0, updated_at: 0 },
        })
        .execute();
      const { id: articleId } = await store.db.selectFrom('articles').select('id').executeTakeFirstOrThrow();
      await store.db
        .insertInto('edition_stories')
        .values({ edition_id: id, bit: 0, article_id: Number(articleId) })
        .execute();
      await migrate(store.db);
      expect(await editionStatus(store.db, id)).toMatchObject({
        state: 'paused',
        reason: { code: 'taking-out', by: 'Ada', headline: 'The “wrong” one' },
      });
      const deps = { db: store.db, clock: new ManualClock(NOW) };
      expect(await pullStory(deps, { editionId: id, articleId: Number(articleId), by: 'Ben' })).toMatchObject(
        {
          pulled: true,
        },
      );
      expect(await editionStatus(store.db, id)).toMatchObject({ state: 'frozen', reason: null });
    });
  });
});

eachDatabase((open) => {
  test('a source, and a picture, of the release before has the code of its failure, in the words it had', async () => {
    await using store = await open(BEFORE);
    for (const [at, [last_error]] of SOURCES.entries())
      await store.db
        .insertInto('sources')
        .values({ id: String(at), checked_at: NOW, last_error })
        .execute();
    for (const [at, [reason]] of PICTURES.entries())
      await store.db
        .insertInto('pictures')
        .values({ url: `https://${at}.example/`, reason, checked_at: NOW })
        .execute();
    await migrate(store.db);
    const states = await sourceStates(store.db);
    for (const [at, [sentence, failure]] of SOURCES.entries()) {
      const kept = states.get(String(at))?.failure;
      expect(kept).toEqual(failure);
      expect(kept && sourceFailureWords(kept)).toBe(sentence);
    }
    const urls = PICTURES.map((_, at) => `https://${at}.example/`);
    const pictures = await knownPictures(store.db, urls);
    for (const [at, [sentence, fault]] of PICTURES.entries()) {
      const known = pictures.get(urls[at] ?? '');
      const kept = known?.ok === false ? known.reason : undefined;
      expect(kept).toEqual(fault);
      expect(kept && pictureFaultWords(kept)).toBe(sentence);
    }
  });
});

test('a sentence that a process of the release before writes during the upgrade is shown as it is', () => {
  expect(readReason('paused by hand')).toEqual({ code: 'text', text: 'paused by hand' });
  expect(reasonInWords(readReason('paused by hand'))).toBe('paused by hand');
});
