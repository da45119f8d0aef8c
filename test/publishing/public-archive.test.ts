import { expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { Newsletters } from '../../src/config/newsletters.ts';
import { type EditionStory, editionId, readEditionId } from '../../src/editions/edition.ts';
import { saveDraft } from '../../src/editions/store/edition-store.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { type Archive, publicArchive } from '../../src/publishing/public-archive.ts';
import type { Database, EditionTable } from '../../src/storage/schema/schema.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { edition, LINKS, newsletter, PICTURE, PUBLISHER, story } from '../mail/sample.ts';
import { DAY, SLOT } from './press.ts';

const CUT = { url: `media:${'ab'.repeat(16)}.jpg`, width: 1280, height: 720, bytes: 1 };
const CUTS = { wide: CUT, card: CUT, thumb: CUT };

eachDatabase((open) => {
  test('lists what was sent of one newsletter, newest first, from one slot to before another', async () => {
    await using store = await open();
    for (const day of [0, 1, 2, 3]) await sent(store.db, 'daily', SLOT - day * DAY);
    await sent(store.db, 'weekly', SLOT);
    await sent(store.db, 'daily', SLOT + DAY, 'draft');
    const archive = archiveOf(store.db);
    const slots = async (range = {}) =>
      (await archive.editions('daily', range)).map(({ slot }) => (SLOT - slot) / DAY);
    expect(await slots()).toEqual([0, 1, 2, 3]);
    expect(await slots({ limit: 2 })).toEqual([0, 1]);
    expect(await slots({ until: SLOT })).toEqual([1, 2, 3]);
    expect(await slots({ from: SLOT - 2 * DAY, until: SLOT })).toEqual([1, 2]);
    expect(await archive.newestDated('daily', SLOT)).toBe(SLOT - DAY);
    expect(await archive.newestDated('daily', SLOT - 3 * DAY)).toBeUndefined();
  });

  test('a list has the lead’s picture as it was cut, and none of a sensitive subject', async () => {
    await using store = await open();
    const picture = { ...PICTURE, cuts: CUTS };
    await sent(store.db, 'daily', SLOT, 'finished', [story(0, { picture }), story(1)]);
    await sent(store.db, 'daily', SLOT - DAY, 'finished', [story(0, { picture, tags: ['illness'] })]);
    const [happy, sad] = await archiveOf(store.db).editions('daily');
    expect(happy).toMatchObject({
      headlines: ['Headline number 0', 'Headline number 1'],
      lead: { picture: { url: LINKS.picture(CUT.url), alt: 'A balcony', width: 1280, height: 720 } },
    });
    expect(sad?.lead).toMatchObject({ picture: null });
  });

  test('an edition is the page for everybody, with what its readers saw in the inbox', async () => {
    await using store = await open();
    const id = await sent(store.db, 'daily', SLOT);
    const found = await archiveOf(store.db).publicEdition(id);
    expect(found).toMatchObject({ id, newsletterId: 'daily', slot: SLOT, language: 'en' });
    expect(found?.subject).toContain('Headline number 0');
    expect(found?.html).toContain('Headline number 0');
    expect(found?.html).not.toMatch(/[\ue000-\uf8ff]/u);
  });

  test('what pages depend on changes with every edition, story taken out, correction and template, else never', async () => {
    await using store = await open();
    const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
    const archive = publicArchive({
      db: store.db,
      renderer,
      links: LINKS,
      newsletters: Newsletters.with([newsletter()]),
    });
    const id = await sent(store.db, 'daily', SLOT - DAY);
    const stamps = [await archive.stamp()];
    await sent(store.db, 'daily', SLOT + DAY, 'draft');
    expect(await archive.stamp()).toBe(stamps[0]);
    const then = async (what: () => unknown) => {
      await what();
      stamps.push(await archive.stamp());
    };
    await then(() => sent(store.db, 'daily', SLOT));
    await then(() =>
      store.db.updateTable('edition_stories').set({ pulled_at: SLOT }).where('bit', '=', 1).execute(),
    );
    await then(async () => {
      const correction = await sent(store.db, 'daily', SLOT + 60_000, 'frozen');
      await store.db.updateTable('editions').set({ corrects: id }).where('id', '=', correction).execute();
    });
    await then(() => renderer.forget());
    expect(new Set(stamps).size).toBe(stamps.length);
  });

  test('what was taken out of an edition is in no list and on no page; one that told nothing else is gone', async () => {
    await using store = await open();
    const id = await sent(store.db, 'daily', SLOT, 'frozen', [story(0), story(1), story(2)]);
    const alone = await sent(store.db, 'daily', SLOT - DAY, 'finished', [story(0)]);
    await store.db.updateTable('edition_stories').set({ pulled_at: SLOT }).where('bit', '=', 0).execute();
    const archive = archiveOf(store.db);
    expect(await archive.editions('daily')).toMatchObject([
      {
        id,
        headlines: ['Headline number 1', 'Headline number 2'],
        lead: { standfirst: story(1).standfirst },
      },
    ]);
    const page = await archive.publicEdition(id);
    expect(page?.subject).toContain('Headline number 1');
    expect(page?.html).not.toContain('Headline number 0');
    expect(await archive.publicEdition(alone)).toBeUndefined();
  });

  test('a correction that has left stands on the page of what it corrects, and in no list', async () => {
    await using store = await open();
    const id = await sent(store.db, 'daily', SLOT);
    const words = { text: 'She has not left him.', tags: [], about: [1] };
    const correction = await sent(store.db, 'daily', SLOT + 60_000, 'draft');
    await store.db
      .updateTable('editions')
      .set({ corrects: id, content: JSON.stringify({ ...edition([story(0)]).content, intro: words }) })
      .where('id', '=', correction)
      .execute();
    const archive = archiveOf(store.db);
    const page = async () => (await archive.publicEdition(id))?.html;
    expect(await page()).not.toContain(words.text);
    await store.db.updateTable('editions').set({ state: 'finished' }).where('id', '=', correction).execute();
    expect(await page()).toContain(words.text);
    expect((await archive.editions('daily')).map((one) => one.id)).toEqual([id]);
    expect(await page()).toMatch(/>Correction<\/h2>[\s\S]*>of our edition of Sunday 22 November</);
    expect((await archive.publicEdition(correction))?.html).toContain(words.text);
  });

  test.each(['draft', 'empty', 'missed'] as const)('an edition that is %s is not there', async (state) => {
    await using store = await open();
    const id = await sent(store.db, 'daily', SLOT, state);
    expect(await archiveOf(store.db).publicEdition(id)).toBeUndefined();
    expect(await archiveOf(store.db).editions('daily')).toEqual([]);
  });

  test('a newsletter whose archive is off has none, nor one that is gone', async () => {
    await using store = await open();
    for (const name of ['daily', 'gone']) {
      const id = await sent(store.db, name, SLOT);
      const archive = archiveOf(store.db, { archive: 'off' });
      expect(await archive.editions(name)).toEqual([]);
      expect(await archive.newestDated(name, SLOT + DAY)).toBeUndefined();
      expect(await archive.publicEdition(id)).toBeUndefined();
    }
  });
});

test.each([
  ['daily-20261122T0700Z', { newsletterId: 'daily', slot: SLOT }],
  ['a-b-2-20261122T0700Z', { newsletterId: 'a-b-2', slot: SLOT }],
  ['daily-20261322T0700Z', undefined],
  ['daily-20261122T0700', undefined],
  ['../daily-20261122T0700Z', undefined],
  ['daily', undefined],
])('the id %s says what it is', (id, meaning) => {
  expect(readEditionId(id)).toEqual(meaning);
  if (meaning) expect(editionId(meaning.newsletterId, meaning.slot)).toBe(id);
});

function archiveOf(db: Database, changes: Parameters<typeof newsletter>[0] = {}): Archive {
  const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links: LINKS });
  return publicArchive({ db, renderer, links: LINKS, newsletters: Newsletters.with([newsletter(changes)]) });
}

async function sent(
  db: Database,
  newsletterId: string,
  slot: number,
  state: EditionTable['state'] = 'finished',
  stories: readonly EditionStory[] = [story(0), story(1)],
): Promise<string> {
  const { content } = edition(stories);
  const { id } = await saveDraft(db, {
    newsletterId,
    slot,
    asOf: slot,
    composedAt: slot,
    content,
    reason: null,
  });
  await db.updateTable('editions').set({ state }).where('id', '=', id).execute();
  return id;
}
