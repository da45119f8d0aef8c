import { describe, expect, test } from 'vitest';
import type { CollectedArticle } from '../../src/articles/article.ts';
import { articlesById } from '../../src/articles/article-store.ts';
import { saveArticles } from '../../src/articles/sources/save-articles.ts';
import { taggedArticles, tagsWithReasons } from '../../src/articles/subjects/tag-decisions.ts';
import { composition } from '../../src/composing/composition.ts';
import { nearbyArticles } from '../../src/composing/nearby-articles.ts';
import { Newsletters } from '../../src/config/newsletters.ts';
import { readSubjects } from '../../src/config/sensitive.ts';
import type { Edit } from '../../src/editing/edit.ts';
import type { EditDeps } from '../../src/editing/edit-deps.ts';
import { editDraft } from '../../src/editing/edit-draft.ts';
import { redo, undo } from '../../src/editing/revisions.ts';
import { type EditionContent, editionId } from '../../src/editions/edition.ts';
import { findEdition, saveDraft } from '../../src/editions/store/edition-store.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { nearbyWords } from '../../src/studio/board/nearby-words.ts';
import { rule, section } from '../editions/sample-article.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { newsletter } from '../mail/sample.ts';

const HOUR = 3_600_000;
const SLOT = Date.UTC(2026, 10, 22, 7);
const ID = editionId('daily', SLOT);
const SUBJECTS = readSubjects();
const DAILY = newsletter({
  sources: ['desk', 'echo'],
  sections: [
    section('royals', { title: 'Royals', ...rule({ category: ['royals'] }) }),
    section('stars', { title: 'Stars', ...rule({ category: ['stars'] }) }),
    section('shopping', { title: 'Shopping', light: true, ...rule({ category: ['shopping'] }) }),
  ],
  limits: { stories: 24, per_section: 3 },
});
const CUT = { url: 'media:cut.jpg', width: 1280, height: 720, bytes: 1 };

/** What the desk has, in the order of the ids. */
const NEWS: [headline: string, category: string, changes?: Partial<CollectedArticle>][] = [
  ['Princess Elowen opens a lighthouse on the northern shore', 'royals', picture('lighthouse.jpg')],
  ['Chef Tobias Renn reveals plum dumplings', 'stars'],
  ['Tennis champion Mara Voss retires after nineteen seasons', 'stars', picture('broken.jpg')],
  ['The Duchess of Wenning speaks about her miscarriage', 'royals'],
  ['A violin lost in 1932 turns up at an auction', 'royals'],
  ['Umbrellas for every kind of weather', 'shopping'],
];

eachDatabase((open) => {
  async function openDesk() {
    const store = await open();
    const clock = new ManualClock(SLOT);
    const deps = depsOf(store.db, clock);
    await collect(store.db, 'desk', NEWS);
    const { content } = await composition(deps, DAILY, SLOT, SLOT);
    await saveDraft(store.db, {
      newsletterId: 'daily',
      slot: SLOT,
      asOf: SLOT,
      composedAt: SLOT,
      content,
      reason: null,
    });
    const draft = async () => contentOf(await findEdition(store.db, ID));
    const story = async (id: number) => (await draft()).stories.find(({ articleId }) => articleId === id);
    const edit = (change: Edit, seen = 0) => editDraft(deps, ID, change, { seen, by: { name: 'Anna' } });
    const back = (seen: number) => undo(store.db, ID, { seen, by: { name: 'Anna' }, now: clock.now() });
    const again = (seen: number) => redo(store.db, ID, { seen, by: { name: 'Anna' }, now: clock.now() });
    return {
      ...store,
      deps,
      clock,
      draft,
      story,
      edit,
      undo: back,
      redo: again,
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  }

  test('a headline without words goes back to the article’s own', async () => {
    await using desk = await openDesk();
    await desk.edit({ kind: 'headline', story: 2, text: 'Dumplings' });
    expect((await desk.story(2))?.headline).toBe('Dumplings');
    await desk.edit({ kind: 'headline', story: 2, text: ' ' }, 1);
    expect((await desk.story(2))?.headline).toBe('Chef Tobias Renn reveals plum dumplings');
  });

  describe('subjects', () => {
    test('that an editor decides count for every edition from then on, and undoing lets the rules decide again', async () => {
      await using desk = await openDesk();
      expect((await desk.story(4))?.tags).toEqual(['baby-loss', 'pregnancy', 'death']);
      expect(await desk.edit({ kind: 'tags', story: 4, tags: ['illness'] })).toMatchObject({ kind: 'saved' });
      expect((await desk.story(4))?.tags).toEqual(['illness']);
      expect(await decisionOn(desk.db, 4)).toEqual(['illness']);
      await desk.undo(1);
      expect((await desk.story(4))?.tags).toEqual(['baby-loss', 'pregnancy', 'death']);
      expect(await decisionOn(desk.db, 4)).toBe('by the rules');
      await desk.redo(2);
      expect(await decisionOn(desk.db, 4)).toEqual(['illness']);
      await desk.edit({ kind: 'tags', story: 4, tags: [], rules: true }, 3);
      expect((await desk.story(4))?.tags).toEqual(['baby-loss', 'pregnancy', 'death']);
      await desk.undo(4);
      expect(await decisionOn(desk.db, 4)).toEqual(['illness']);
    });

    test('that are those of the rules already are decided all the same, and let go again', async () => {
      await using desk = await openDesk();
      const found = ['baby-loss', 'pregnancy', 'death'];
      expect(await desk.edit({ kind: 'tags', story: 4, tags: found })).toMatchObject({
        kind: 'saved',
        revision: 1,
      });
      expect(await decisionOn(desk.db, 4)).toEqual(found);
      expect(await desk.edit({ kind: 'tags', story: 4, tags: found }, 1)).toMatchObject({ revision: 1 });
      await desk.edit({ kind: 'tags', story: 4, tags: [], rules: true }, 1);
      expect(await decisionOn(desk.db, 4)).toBe('by the rules');
    });

    test('that nobody knows are refused, and those that have no place in their section decide nothing', async () => {
      await using desk = await openDesk();
      expect(await desk.edit({ kind: 'tags', story: 4, tags: ['weather'] })).toMatchObject({
        kind: 'refused',
        says: expect.stringMatching(/^There is no sensitive subject "weather"; there are /),
      });
      expect(await desk.edit({ kind: 'tags', story: 6, tags: ['death'] })).toMatchObject({ kind: 'refused' });
      expect(await decisionOn(desk.db, 6)).toBe('by the rules');
    });
  });

  describe('one story or two', () => {
    test('merged in the edition are merged for good, and undoing parts them again as they were', async () => {
      await using desk = await openDesk();
      expect(await desk.edit({ kind: 'merge', story: 5, into: 1 })).toMatchObject({
        what: {
          code: 'merged',
          headline: 'A violin lost in 1932 turns up at an auction',
          other: 'Princess Elowen opens a lighthouse on the northern shore',
        },
      });
      expect(await storyIds(desk.db, 1, 5)).toEqual([1, 1]);
      expect(await desk.story(5)).toBeUndefined();
      await desk.undo(1);
      expect(await storyIds(desk.db, 1, 5)).toEqual([1, 5]);
      expect(await desk.story(5)).toMatchObject({ storyId: 5 });
      await desk.redo(2);
      expect(await storyIds(desk.db, 1, 5)).toEqual([1, 1]);
    });

    test('with another source, it is named as one that also tells it', async () => {
      await using desk = await openDesk();
      await collect(desk.db, 'echo', [['Echo: an old violin found', 'stars']]);
      await desk.edit({ kind: 'let-in', article: 7, section: 'stars' });
      await desk.edit({ kind: 'merge', story: 7, into: 5 }, 1);
      expect((await desk.story(5))?.alsoBy).toEqual([{ name: 'The Echo', link: 'https://echo.example/0' }]);
    });

    test('merged, a story is told with the one that was open; another of its articles can be put in front', async () => {
      await using desk = await openDesk();
      await collect(desk.db, 'echo', [['Echo: an old violin found', 'stars']]);
      await desk.edit({ kind: 'let-in', article: 7, section: 'stars' });
      const place = { sectionId: (await desk.story(5))?.sectionId };
      await desk.edit({ kind: 'headline', story: 5, text: 'My own words' }, 1);
      await desk.edit({ kind: 'merge', story: 7, into: 5 }, 2);
      expect(await desk.story(5)).toMatchObject({ headline: 'My own words', ...place });
      expect(await desk.edit({ kind: 'retell', story: 5, article: 7 }, 3)).toMatchObject({ kind: 'saved' });
      expect(await desk.story(5)).toBeUndefined();
      expect(await desk.story(7)).toMatchObject({
        headline: 'Echo: an old violin found',
        link: 'https://echo.example/0',
        ...place,
      });
      expect((await desk.story(7))?.alsoBy).toHaveLength(1);
      await desk.undo(4);
      expect(await desk.story(5)).toMatchObject({ headline: 'My own words' });
      expect(await desk.edit({ kind: 'retell', story: 5, article: 2 }, 5)).toMatchObject({ kind: 'refused' });
    });

    test('an article is split from its story, under the id that the others need, and undoing joins them', async () => {
      await using desk = await openDesk();
      await desk.edit({ kind: 'merge', story: 5, into: 1 });
      await desk.edit({ kind: 'split', story: 1, article: 5 }, 1);
      expect(await storyIds(desk.db, 1, 5)).toEqual([1, 5]);
      expect(await desk.story(5)).toMatchObject({ storyId: 5, sectionId: 'royals', alsoBy: [] });
      await desk.undo(2);
      expect(await storyIds(desk.db, 1, 5)).toEqual([1, 1]);
      expect(await desk.story(5)).toBeUndefined();
    });

    test('a story that leaves its article’s id behind keeps its own in the draft', async () => {
      await using desk = await openDesk();
      await desk.edit({ kind: 'merge', story: 1, into: 5 });
      expect(await desk.story(5)).toMatchObject({ storyId: 1 });
      await desk.edit({ kind: 'split', story: 5, article: 1 }, 1);
      expect(await storyIds(desk.db, 1, 5)).toEqual([1, 5]);
      expect(await desk.story(5)).toMatchObject({ storyId: 5 });
      expect(await desk.story(1)).toMatchObject({ storyId: 1, picture: { cuts: expect.anything() } });
    });

    test('an article of another story cannot be split from this one', async () => {
      await using desk = await openDesk();
      expect(await desk.edit({ kind: 'split', story: 1, article: 2 })).toMatchObject({ kind: 'refused' });
    });
  });

  describe('pictures', () => {
    test('are those of the story’s articles, cut before they are shown', async () => {
      await using desk = await openDesk();
      await desk.edit({ kind: 'picture', story: 1 });
      expect((await desk.story(1))?.picture).toBeNull();
      await desk.edit({ kind: 'picture', story: 1, article: 1 }, 1);
      expect((await desk.story(1))?.picture).toMatchObject({
        url: 'https://desk.example/lighthouse.jpg',
        cuts: { wide: CUT },
      });
      expect(await desk.edit({ kind: 'picture', story: 2, article: 1 }, 2)).toEqual({
        kind: 'refused',
        says: 'That picture belongs to no article of this story.',
      });
    });

    test('that cannot be used are refused with the reason', async () => {
      await using desk = await openDesk();
      expect(await desk.edit({ kind: 'picture', story: 3, article: 3 })).toEqual({
        kind: 'refused',
        says: 'That picture cannot be used: it is damaged or cut off.',
      });
    });

    test('without a description have the article’s own, or the headline', async () => {
      await using desk = await openDesk();
      await desk.edit({ kind: 'alt', story: 1, text: 'The lamp room' });
      await desk.edit({ kind: 'alt', story: 1, text: '' }, 1);
      expect((await desk.story(1))?.picture?.alt).toBe(
        'Princess Elowen opens a lighthouse on the northern shore',
      );
    });
  });

  describe('a late article', () => {
    test('becomes the very story that composition would have made of it', async () => {
      await using desk = await openDesk();
      await collect(
        desk.db,
        'desk',
        [['Actress Lina Hart swaps Hollywood for a goat farm', 'stars', picture('goats.jpg')]],
        6,
      );
      desk.clock.advance(60_000);
      expect(await desk.edit({ kind: 'let-in', article: 7 })).toMatchObject({
        kind: 'saved',
        what: { code: 'let-in', headline: 'Actress Lina Hart swaps Hollywood for a goat farm' },
      });
      const { content } = await composition(desk.deps, DAILY, SLOT, desk.clock.now());
      const composed = content?.stories.find(({ articleId }) => articleId === 7);
      expect({ ...(await desk.story(7)), bit: 0 }).toEqual({ ...composed, bit: 0 });
    });

    test('comes into the section that is asked for; without any that takes it, one has to be named', async () => {
      await using desk = await openDesk();
      await collect(desk.db, 'echo', [['Seven bronze horses come home', 'art']]);
      expect(await desk.edit({ kind: 'let-in', article: 7 })).toEqual({
        kind: 'refused',
        says: 'Choose a section: no section takes it.',
      });
      await desk.edit({ kind: 'let-in', article: 7, section: 'royals' });
      expect(await desk.story(7)).toMatchObject({ sectionId: 'royals', sourceId: 'echo' });
    });

    test('is an update only where it goes on from what was told', async () => {
      await using desk = await openDesk();
      await tellBefore(desk.db, 5);
      await desk.edit({ kind: 'drop', story: 5 });
      await collect(desk.db, 'echo', [['A violin lost in 1932 turns up at auction', 'royals']]);
      await desk.db.updateTable('articles').set({ story_id: 5 }).where('id', '=', 7).execute();
      await desk.edit({ kind: 'let-in', article: 7 }, 1);
      expect(await desk.story(7)).toMatchObject({ storyId: 5, update: false });
      await desk.edit({ kind: 'drop', story: 7 }, 2);
      await desk.db.updateTable('articles').set({ chapter: 2 }).where('id', '=', 7).execute();
      await desk.edit({ kind: 'let-in', article: 7 }, 3);
      expect(await desk.story(7)).toMatchObject({ update: true });
    });

    test('that an editor calls an update is the next chapter, which everybody gets; undoing takes that back', async () => {
      await using desk = await openDesk();
      await tellBefore(desk.db, 5);
      await desk.edit({ kind: 'drop', story: 5 });
      await collect(desk.db, 'echo', [['The violin of 1932 has an owner', 'royals']]);
      await desk.db.updateTable('articles').set({ story_id: 5 }).where('id', '=', 7).execute();
      const chapter = async () => (await articlesById(desk.db, [7]))[0]?.chapter;
      const nearby = await nearbyArticles(desk.deps, ID);
      expect(nearby.filter(({ mayUpdate }) => mayUpdate).map(({ article }) => article.id)).toEqual([7]);
      expect(await desk.edit({ kind: 'let-in', article: 7, update: true }, 1)).toMatchObject({
        what: { code: 'let-in-as-update', headline: 'The violin of 1932 has an owner' },
      });
      expect(await desk.story(7)).toMatchObject({ storyId: 5, chapter: 1, update: true });
      expect(await chapter()).toBe(1);
      await desk.undo(2);
      expect(await chapter()).toBe(0);
      await desk.redo(3);
      expect(await chapter()).toBe(1);
      expect(await desk.story(7)).toMatchObject({ update: true });
    });

    test('that was sent itself is no update', async () => {
      await using desk = await openDesk();
      await tellBefore(desk.db, 5);
      await desk.edit({ kind: 'drop', story: 5 });
      expect(await desk.edit({ kind: 'let-in', article: 5, update: true }, 1)).toMatchObject({
        says: 'It was itself sent already, so it cannot be an update.',
      });
    });

    test('that is not published yet, or that tells what the edition tells, is refused', async () => {
      await using desk = await openDesk();
      await collect(desk.db, 'echo', [['Tomorrow’s news', 'stars', { publishedAt: SLOT + HOUR }]]);
      expect(await desk.edit({ kind: 'let-in', article: 7 })).toMatchObject({
        says: expect.stringMatching(/not published yet/),
      });
      await collect(desk.db, 'echo', [['Princess Elowen opens a lighthouse on northern shore', 'royals']], 1);
      expect(await desk.edit({ kind: 'let-in', article: 8 })).toMatchObject({
        says: expect.stringMatching(/^It belongs to the same story as/),
      });
    });
  });

  test('every article around the edition is in or out, with the reason, and those that may come say so', async () => {
    await using desk = await openDesk();
    await desk.edit({ kind: 'drop', story: 2 });
    await collect(desk.db, 'echo', [
      ['Actress Lina Hart swaps Hollywood for a goat farm', 'stars'],
      ['Princess Elowen opens a lighthouse on northern shore', 'royals'],
      ['Seven bronze horses come home', 'art'],
      ['Tomorrow’s news', 'stars', { publishedAt: SLOT + HOUR }],
    ]);
    const nearby = await nearbyArticles(desk.deps, ID);
    const told = nearby.map(({ article, standing, why, mayCome, sectionId }) => [
      article.id,
      standing,
      nearbyWords(why, 'UTC', SLOT),
      mayCome,
      sectionId,
    ]);
    expect(told.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual([
      [1, 'in', 'leads the edition', false, undefined],
      [2, 'dropped', 'an editor left it out', false, undefined],
      [3, 'in', 'in Stars', false, undefined],
      [4, 'in', 'in Royals', false, undefined],
      [5, 'in', 'in Royals', false, undefined],
      [6, 'in', 'in Shopping', false, undefined],
      [
        7,
        'out',
        'arrived after the draft was built; a rebuild would lead the edition, from Stars',
        true,
        'stars',
      ],
      [
        8,
        'told',
        'the same story as “Princess Elowen opens a lighthouse on the northern shore”',
        false,
        undefined,
      ],
      [9, 'out', 'no section takes it', true, undefined],
      [10, 'out', 'not published by then', false, 'stars'],
    ]);
  });

  describe('words for the whole mail', () => {
    const line = async (desk: { draft: () => Promise<EditionContent> }) => (await desk.draft()).subject;

    test('name the stories whose names and rare words they have', async () => {
      await using desk = await openDesk();
      await desk.edit({ kind: 'subject', text: 'Elowen’s lighthouse, and the dumplings of the year' });
      expect(await line(desk)).toEqual({
        text: 'Elowen’s lighthouse, and the dumplings of the year',
        tags: [],
        about: [1, 2],
      });
    });

    test('that name nothing are for everybody', async () => {
      await using desk = await openDesk();
      await desk.edit({ kind: 'subject', text: 'Good morning, here is your Sunday' });
      expect(await line(desk)).toMatchObject({ tags: [], about: [] });
    });

    test('that touch a sensitive subject are for those who read of it', async () => {
      await using desk = await openDesk();
      await desk.edit({ kind: 'subject', text: 'The duchess on her miscarriage' });
      expect(await line(desk)).toMatchObject({ tags: ['baby-loss', 'pregnancy', 'death'], about: [4] });
    });

    test('that touch a subject of which there is no story are refused, with the way to mend it', async () => {
      await using desk = await openDesk();
      expect(
        await desk.edit({
          kind: 'intro',
          text: 'Good morning.\n\nLast night a father of two died of cancer.',
        }),
      ).toEqual({
        kind: 'refused',
        says: expect.stringMatching(
          /^This text touches .+ \(“.+”\), but no story of this edition does\. Reword it, or mark the story/,
        ),
      });
    });

    test('can be taken away again', async () => {
      await using desk = await openDesk();
      await desk.edit({ kind: 'subject', text: 'Dumplings' });
      expect(await desk.edit({ kind: 'subject', text: '' }, 1)).toMatchObject({
        what: { code: 'line-taken-out', line: 'subject' },
      });
      expect(await line(desk)).toBeUndefined();
    });
  });

  test('of an edition that is gone, or whose newsletter is, nothing can be edited', async () => {
    await using desk = await openDesk();
    const asked = { seen: 0, by: { name: 'Anna' } };
    expect(await editDraft(desk.deps, 'daily-20300101T0700Z', { kind: 'unpin' }, asked)).toEqual({
      kind: 'closed',
      state: undefined,
    });
    expect(
      await editDraft({ ...desk.deps, newsletters: Newsletters.with([]) }, ID, { kind: 'unpin' }, asked),
    ).toMatchObject({
      kind: 'closed',
    });
  });
});

function depsOf(db: Database, clock: ManualClock): EditDeps {
  return {
    db,
    clock,
    newsletters: Newsletters.with([DAILY]),
    subjects: SUBJECTS,
    sources: [
      { id: 'desk', folder: 'articles', categories: [], language: 'en' },
      { id: 'echo', title: 'The Echo', folder: 'echo', categories: [], language: 'en' },
    ],
    tagged: (articles) => taggedArticles(db, articles, SUBJECTS),
    illustrate: async (articles) => ({
      pictures: new Map(
        articles.map(({ id, headline, picture }) => [
          id,
          picture && !picture.url.includes('broken')
            ? { ...picture, alt: picture.alt || headline, cuts: { wide: CUT, card: CUT, thumb: CUT } }
            : null,
        ]),
      ),
      refused: articles
        .filter(({ picture }) => picture?.url.includes('broken'))
        .map(({ headline, picture }) => ({
          headline,
          url: picture?.url ?? '',
          reason: { code: 'damaged' as const },
        })),
    }),
  };
}

async function collect(db: Database, source: string, news: typeof NEWS, from = 0): Promise<void> {
  const articles = news.map(([headline, category, changes], at) => ({
    link: `https://${source}.example/${from + at}`,
    headline,
    standfirst: '',
    paragraphs: [],
    author: '',
    categories: [category],
    tags: [],
    picture: null,
    language: 'en',
    publishedAt: SLOT - HOUR - (from + at) * 60_000,
    dated: true,
    ...changes,
  }));
  // One by one: ids come in this order on both databases.
  for (const one of articles) await saveArticles(db, source, [one], SLOT);
}

function picture(file: string): Partial<CollectedArticle> {
  return { picture: { url: `https://desk.example/${file}`, alt: '', caption: '' } };
}

function contentOf(edition: { content: EditionContent | undefined } | undefined): EditionContent {
  if (!edition?.content) throw new Error('there is no draft');
  return edition.content;
}

/** The edition of the day before, which told the story of one article of the draft. */
async function tellBefore(db: Database, id: number): Promise<void> {
  const content = contentOf(await findEdition(db, ID));
  const stories = content.stories.filter(({ articleId }) => articleId === id);
  const slot = SLOT - 24 * HOUR;
  const told = { ...content, stories: stories.map((story) => ({ ...story, bit: 0 })) };
  await saveDraft(db, {
    newsletterId: 'daily',
    slot,
    asOf: slot,
    composedAt: slot,
    content: told,
    reason: null,
  });
  const row = db.updateTable('editions').set({ state: 'finished', candidates: 0 });
  await row.where('slot', '=', slot).execute();
}

async function decisionOn(db: Database, id: number): Promise<readonly string[] | 'by the rules'> {
  const [one] = await tagsWithReasons(db, await articlesById(db, [id]), SUBJECTS);
  return one?.decided ? one.tags.map(({ subject }) => subject) : 'by the rules';
}

async function storyIds(db: Database, ...ids: number[]): Promise<number[]> {
  const articles = await articlesById(db, ids);
  return articles.toSorted((a, b) => a.id - b.id).map(({ storyId }) => storyId);
}
