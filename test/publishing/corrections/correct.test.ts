import { expect, test } from 'vitest';
import type { EmailAddress } from '../../../src/base/text/address.ts';
import { Newsletters } from '../../../src/config/newsletters.ts';
import { ourVocabulary } from '../../../src/config/vocabulary.ts';
import { countAudience, freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { claim } from '../../../src/delivery/engine/claim.ts';
import { settle } from '../../../src/delivery/engine/settle.ts';
import { editionStatus } from '../../../src/delivery/progress.ts';
import { pullStory } from '../../../src/delivery/pull.ts';
import type { Edition } from '../../../src/editions/edition.ts';
import { findEdition, latestEdition } from '../../../src/editions/store/edition-store.ts';
import { withContent } from '../../../src/editions/store/kept-edition.ts';
import { correctionOf, nobodyGot } from '../../../src/publishing/corrections/correct.ts';
import type { CorrectionOrder } from '../../../src/publishing/corrections/correction-content.ts';
import type { Database } from '../../../src/storage/schema/schema.ts';
import { emailHash } from '../../../src/subscribers/subscriber.ts';
import { unsubscribe } from '../../../src/subscribers/subscriber-store.ts';
import {
  addActive,
  draft,
  emails,
  NOW,
  settlement,
  subscriptionId,
  verdict,
  worker,
} from '../../delivery/fixture.ts';
import { eachDatabase, openSqlite } from '../../helpers/databases.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';
import { LINKS, newsletter, PUBLISHER, story } from '../../mail/sample.ts';

const WRONG = story(1, { headline: 'She left him', tags: [] });
const TEXT = 'We said that she had left him. She has not.';
const LATER = NOW + 3_600_000;

eachDatabase((open) => {
  test('a correction goes to exactly those who got the story, each once, and the others are accounted for', async () => {
    await using store = await open();
    const { db } = store;
    const edition = await sent(db);
    const names = ['left', 'paused', 'muted', 'suppressed'];
    const [left, paused, muted, suppressed] = names.map((name) => `${name}@readers.example`);
    await unsubscribe(db, await subscriptionId(db, left ?? ''), { origin: 'x', wording: 'x', now: LATER });
    await person(db, paused, { paused_until: LATER * 2 });
    await person(db, muted, { mutes: '["divorce"]' });
    await db
      .insertInto('suppressions')
      .values({ email_hash: emailHash(suppressed ?? ''), reason: 'complained', at: LATER })
      .execute();
    // What they chose since does not matter: they have the wrong story.
    await db
      .updateTable('subscriptions')
      .set({ sections: '["style"]', frequency: 'weekly' })
      .where('id', '=', await subscriptionId(db, 'royals@readers.example'))
      .execute();
    await db
      .updateTable('subscribers')
      .set({ email: 'moved@elsewhere.example', email_key: 'moved@elsewhere.example' })
      .where('email', '=', 'uncertain@readers.example')
      .execute();

    const id = await made(db, { editionId: edition.id, articleId: WRONG.articleId, text: TEXT });
    const correction = await drafted(db, id, { tags: ['divorce'] });
    const audience = await freezeAudience(db, correction, LATER);
    expect(audience).toEqual({ candidates: 6, prepared: 2, excluded: 4 });
    expect(await editionStatus(db, id)).toMatchObject({
      balanced: true,
      excluded: { unsubscribed: 1, paused: 1, complained: 1, 'nothing in what they chose': 1 },
    });
    expect(await recipients(db, id)).toEqual(['moved@elsewhere.example', 'royals@readers.example']);
  });

  test('its words are kept as any editor’s are: what cannot be seen is gone, and a line is one line', async () => {
    await using store = await open();
    const { db } = store;
    const edition = await sent(db);
    const id = await made(db, {
      editionId: edition.id,
      articleId: WRONG.articleId,
      text: 'We were \ue000wrong.\r\n\r\n\r\nShe\u202e did not leave.',
      subject: 'Sorry\r\nBcc: everybody@readers.example\ue007',
      story: { headline: 'She\nstays\u200b', standfirst: '\ue001With\u0000 him' },
    });
    const { content } = await drafted(db, id);
    expect(content.intro?.text).toBe('We were wrong.\n\nShe did not leave.');
    expect(content.subject?.text).toBe('Sorry Bcc: everybody@readers.example');
    expect(content.stories).toMatchObject([{ headline: 'She stays', standfirst: 'With him' }]);
    const order = { editionId: edition.id, articleId: WRONG.articleId, text: TEXT };
    for (const [refused, field, says] of [
      [{ text: '\u200b\ue000' }, 'text', 'Say what was wrong'],
      [{ subject: 'x'.repeat(121) }, 'subject', 'at most 120'],
      [{ story: { headline: 'x'.repeat(301), standfirst: '' } }, 'headline', 'at most 300'],
      [{ story: { headline: 'x', standfirst: 'x'.repeat(1001) } }, 'standfirst', 'at most 1000'],
    ] as const)
      expect(await correctionOf(deps(db), { ...order, ...refused })).toEqual({
        ok: false,
        says: expect.stringContaining(says),
        faults: { [field]: expect.stringContaining(says) },
      });
  });

  test('of an edition as a whole it goes to everybody who got that', async () => {
    await using store = await open();
    const edition = await sent(store.db);
    const id = await made(store.db, { editionId: edition.id, articleId: null, text: TEXT });
    const { prepared, candidates } = await countAudience(store.db, await drafted(store.db, id), LATER);
    expect({ prepared, candidates }).toEqual({ prepared: 7, candidates: 7 }); // all but the one that was refused
  });

  test('who got the mail without the story, since it was pulled, is not told of it', async () => {
    await using store = await open();
    await addActive(store.db, emails(6));
    const edition = await draft(store.db, { stories: [story(0), WRONG] });
    await freezeAudience(store.db, edition, NOW);
    const accept = async (most: number) => {
      const claims = await claim(store.db, worker(), most, NOW);
      const settlements = claims.map((one) => settlement(one, 'accepted'));
      await settle(store.db, worker(), settlements, NOW);
      return claims.map(({ email }) => email as string);
    };
    const before = await accept(2);
    const clock = new ManualClock(NOW);
    await pullStory(
      { db: store.db, clock },
      { editionId: edition.id, articleId: WRONG.articleId, by: 'Ada' },
    );
    expect(await accept(10)).toHaveLength(4);
    const id = await made(store.db, { editionId: edition.id, articleId: WRONG.articleId, text: TEXT });
    await freezeAudience(store.db, await drafted(store.db, id), LATER);
    expect(await recipients(store.db, id)).toEqual(before.toSorted());
  });

  test('what nobody got is not corrected, and the edition that told it to somebody is named', async () => {
    await using store = await open();
    const { db } = store;
    await addActive(db, emails(1));
    const stories = [story(0), WRONG];
    const told = await draft(db, { stories });
    await freezeAudience(db, told, NOW);
    await db.updateTable('deliveries').set({ state: 'accepted', settled_at: NOW }).execute();
    const again = await draft(db, { slot: told.slot + 86_400_000, stories });
    await freezeAudience(db, again, LATER); // they have had all of it
    const order = { articleId: WRONG.articleId, text: TEXT };
    expect(await correctionOf(deps(db), { ...order, editionId: again.id })).toEqual({
      ok: false,
      says: 'Nobody got this story in this edition, so nobody needs a correction.',
    });
    expect(await nobodyGot(db, again, WRONG.articleId)).toMatchObject({
      told: { editionId: told.id, slot: told.slot, articleId: WRONG.articleId },
    });
    expect(await nobodyGot(db, again, null)).toEqual({
      says: 'Nobody got this edition, so nobody needs a correction.',
      told: undefined,
    });
    expect(await nobodyGot(db, told, WRONG.articleId)).toBeUndefined();
    await db.updateTable('deliveries').set({ state: 'rejected' }).execute();
    expect((await nobodyGot(db, again, WRONG.articleId))?.told).toBeUndefined();
  });

  test('who edits is told of its draft, once', async () => {
    await using store = await open();
    const { id: editionId } = await sent(store.db);
    const daily = newsletter();
    const notify = ['desk@belle.example' as EmailAddress];
    const told = {
      ...deps(store.db),
      newsletters: Newsletters.with([{ ...daily, review: { ...daily.review, notify } }]),
    };
    const order = { editionId, articleId: WRONG.articleId, text: TEXT };
    const made = await correctionOf(told, order);
    expect(await correctionOf(told, order)).toMatchObject({ ok: true, standing: true });
    expect(
      await store.db
        .selectFrom('deliveries')
        .select(['kind', 'email', 'regards'])
        .where('kind', '=', 'draft-ready')
        .execute(),
    ).toEqual([{ kind: 'draft-ready', email: notify[0], regards: made.ok && made.id }]);
  });

  test('the same words come to nobody twice, other words do; nor is it taken for the newest edition', async () => {
    await using store = await open();
    const edition = await sent(store.db);
    const order = { editionId: edition.id, articleId: WRONG.articleId, text: TEXT };
    const first = await made(store.db, order);
    expect(await made(store.db, { ...order, text: 'Otherwise' })).toBe(first); // it is on the desk still
    await freezeAudience(store.db, await drafted(store.db, first), LATER);
    const second = await made(store.db, order);
    expect(second).not.toBe(first);
    expect(await countAudience(store.db, await drafted(store.db, second), LATER)).toMatchObject({
      candidates: 6,
      prepared: 0,
      reasons: { 'nothing they have not had': 6 },
    });
    await store.db.deleteFrom('editions').where('id', '=', second).execute();
    const other = await made(store.db, { ...order, text: 'We were wrong again.' });
    expect(await countAudience(store.db, await drafted(store.db, other), LATER)).toMatchObject({
      prepared: 6,
    });
    expect((await latestEdition(store.db, 'daily'))?.id).toBe(edition.id);
  });
});

test('it has the editor’s words, the story as it is right, and a subject in the newsletter’s language', async () => {
  await using store = await openSqlite();
  const edition = await sent(store.db);
  const right = { headline: 'She stays', standfirst: 'So they both say.' };
  const order = { editionId: edition.id, articleId: WRONG.articleId, text: TEXT, story: right };
  const { content } = await drafted(store.db, await made(store.db, order));
  expect(content).toMatchObject({
    subject: { text: 'Correction: The Daily Curtsey, 22 November' },
    corrects: NOW,
    preheader: { text: TEXT },
    intro: { text: TEXT, about: [WRONG.articleId] },
    sections: [{ id: 'royals', title: 'Royals' }],
    stories: [{ ...right, bit: 0, articleId: WRONG.articleId, link: WRONG.link }],
  });
  expect(content.stories).toHaveLength(1);
});

test('words that stand alone name nothing again, and lead to the edition as it stands', async () => {
  await using store = await openSqlite();
  const edition = await sent(store.db);
  const order = { editionId: edition.id, articleId: WRONG.articleId, text: TEXT };
  const { content } = await drafted(store.db, await made(store.db, order));
  expect(content).toMatchObject({
    subject: { text: 'Correction: The Daily Curtsey, 22 November' },
    intro: { text: TEXT },
    sections: [{ title: 'A correction' }],
    stories: [{ headline: 'The Daily Curtsey, Sunday 22 November', link: LINKS.archive(edition.id) }],
  });
  expect(JSON.stringify(content)).not.toContain(WRONG.headline);
});

test('of a sad story the subject says nothing, unless the editor does', async () => {
  await using store = await openSqlite();
  await addActive(store.db, emails(1));
  const sad = story(0, { headline: 'The old king', tags: ['death'] });
  const edition = await draft(store.db, { stories: [sad] });
  await freezeAudience(store.db, edition, NOW);
  await store.db.updateTable('deliveries').set({ state: 'accepted', settled_at: NOW }).execute();
  const order = {
    editionId: edition.id,
    articleId: sad.articleId,
    text: TEXT,
    story: { headline: 'The old king lives', standfirst: '' },
  };
  const first = await made(store.db, order);
  const { content } = await drafted(store.db, first);
  expect(content.subject).toEqual({
    text: 'Correction: The Daily Curtsey, 22 November',
    tags: ['death'],
    about: [sad.articleId],
  });
  expect(content.preheader).toBeUndefined();
  await store.db.deleteFrom('editions').where('id', '=', first).execute();
  const own = await drafted(store.db, await made(store.db, { ...order, subject: ' We were wrong ' }));
  expect(own.content.subject?.text).toBe('We were wrong');
});

test('its minute is none that an edition has or will have, and it leaves when it is approved', async () => {
  await using store = await openSqlite();
  const edition = await sent(store.db);
  const clock = new ManualClock('2026-11-23T06:59:30Z');
  await draft(store.db, { slot: Date.parse('2026-11-23T06:59:00Z') });
  const id = await made(store.db, { editionId: edition.id, articleId: null, text: TEXT }, clock);
  expect(id).toBe('daily-20261123T0701Z'); // 07:00 is the next edition's
  const row = await store.db.selectFrom('editions').selectAll().where('id', '=', id).executeTakeFirst();
  expect(row).toMatchObject({
    corrects: edition.id,
    send_at: clock.now(),
    desk_since: clock.now(),
    state: 'draft',
  });
});

test.each([
  [{ text: '   ' }, 'Say what was wrong and what is right.'],
  [{ text: 'x'.repeat(2_001) }, 'A correction has at most 2000 characters; this one has 2001.'],
  [{ articleId: 77 }, 'It has no such story.'],
  [{ editionId: 'daily-20200101T0700Z' }, 'No such edition of an existing newsletter.'],
])('refuses %j', async (changes, says) => {
  await using store = await openSqlite();
  const edition = await sent(store.db);
  const order = { editionId: edition.id, articleId: WRONG.articleId, text: TEXT, ...changes };
  expect(await correctionOf(deps(store.db), order)).toMatchObject({ ok: false, says });
});

test('what has not gone out is changed, not corrected', async () => {
  await using store = await openSqlite();
  const { id } = await draft(store.db);
  expect(await correctionOf(deps(store.db), { editionId: id, articleId: null, text: TEXT })).toEqual({
    ok: false,
    says: 'It has not gone out yet. Edit it instead.',
  });
});

/** Six readers got the wrong story (one perhaps), one did not want it, and one was refused. */
async function sent(db: Database): Promise<Edition> {
  const people = ['left', 'paused', 'muted', 'suppressed', 'royals', 'uncertain', 'rejected'];
  await addActive(
    db,
    people.map((name) => `${name}@readers.example` as never),
    ['royals'],
  );
  await addActive(db, ['style@readers.example' as never], ['style']);
  const edition = await draft(db, { stories: [story(0), WRONG, story(2, { sectionId: 'style' })] });
  await freezeAudience(db, edition, NOW);
  const claims = await claim(db, worker(), 20, NOW);
  const outcomes = {
    'uncertain@readers.example': 'uncertain',
    'rejected@readers.example': 'rejected',
  } as const;
  const settlements = claims.map((one) => ({
    claim: one,
    policy: 'hold' as const,
    verdict: verdict(Object.entries(outcomes).find(([email]) => email === one.email)?.[1] ?? 'accepted'),
  }));
  await settle(db, worker(), settlements, NOW);
  await db.updateTable('editions').set({ state: 'finished' }).execute();
  return edition;
}

function deps(db: Database, clock = new ManualClock(LATER)) {
  const newsletters = Newsletters.with([newsletter()]);
  return { db, clock, newsletters, publisher: PUBLISHER, vocabulary: ourVocabulary(), links: LINKS };
}

async function made(db: Database, order: CorrectionOrder, clock?: ManualClock): Promise<string> {
  const result = await correctionOf(deps(db, clock), order);
  if (!result.ok) throw new Error(result.says);
  return result.id;
}

/** The draft; with subjects that an editor gave its story since. */
async function drafted(db: Database, id: string, changes: { tags?: string[] } = {}): Promise<Edition> {
  const kept = await findEdition(db, id);
  if (!kept) throw new Error(`there is no ${id}`);
  const edition = withContent(kept);
  const stories = edition.content.stories.map((one) => ({ ...one, ...changes }));
  const content = { ...edition.content, stories };
  await db
    .updateTable('editions')
    .set({ content: JSON.stringify(content) })
    .where('id', '=', id)
    .execute();
  return { ...edition, content };
}

async function person(
  db: Database,
  email: string | undefined,
  changes: { paused_until?: number; mutes?: string },
) {
  await db
    .updateTable('subscribers')
    .set(changes)
    .where('email', '=', email ?? '')
    .execute();
}

async function recipients(db: Database, editionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select('email')
    .where('edition_id', '=', editionId)
    .execute();
  return rows.map(({ email }) => email).toSorted();
}
