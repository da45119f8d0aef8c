import { describe, expect, test } from 'vitest';
import { articlesById } from '../../src/articles/article-store.ts';
import { saveArticles } from '../../src/articles/sources/save-articles.ts';
import { decideTags, tagsWithReasons } from '../../src/articles/subjects/tag-decisions.ts';
import { freezeAudience } from '../../src/delivery/audience/audience.ts';
import { applyEdit } from '../../src/editing/apply-edit.ts';
import { historyOf } from '../../src/editing/draft-history.ts';
import type { Change } from '../../src/editing/edit.ts';
import { changeDraft, type DraftChange, redo, undo } from '../../src/editing/revisions.ts';
import type { EditionContent } from '../../src/editions/edition.ts';
import { editionId } from '../../src/editions/edition.ts';
import { findEdition, saveDraft } from '../../src/editions/store/edition-store.ts';
import { kindOf, openDatabase } from '../../src/storage/database.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { anyChange, DRAFTED, draft, numbers, order } from '../editions/draft.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { news } from '../publishing/press.ts';

const SLOT = Date.UTC(2026, 10, 22, 7);
const ID = editionId('daily', SLOT);
const ANNA = { name: 'Anna' };
const BEN = { name: 'Ben' };

eachDatabase((open) => {
  async function openDraft() {
    const store = await open();
    await save(store.db);
    return store;
  }

  test('a change is kept with who made it and what it was, and the draft is on the desk', async () => {
    await using store = await openDraft();
    const saved = await edit(store.db, 0, { kind: 'drop', story: 5 });
    expect(saved).toMatchObject({
      kind: 'saved',
      revision: 1,
      what: { code: 'dropped', headline: 'Headline 5' },
    });
    const row = await store.db.selectFrom('editions').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ revision: 1, desk_since: at(0) });
    expect(order(JSON.parse(row.content ?? ''))).not.toContain(5);
    const told = await store.db.selectFrom('edition_stories').select('article_id').orderBy('bit').execute();
    expect(told.map((one) => one.article_id)).toEqual(order(JSON.parse(row.content ?? '')));
    const { entries, undo: last, redo: next } = await historyOf(store.db, ID);
    expect(entries.map(({ revision, by, what, stands }) => ({ revision, by, what, stands }))).toEqual([
      { revision: 1, by: 'Anna', what: { code: 'dropped', headline: 'Headline 5' }, stands: true },
      { revision: 0, by: '', what: { code: 'composed' }, stands: false },
    ]);
    expect([last, next]).toEqual([{ code: 'dropped', headline: 'Headline 5' }, null]);
  });

  test('a change that arrives twice is made once', async () => {
    await using store = await openDraft();
    await edit(store.db, 0, { kind: 'drop', story: 5 });
    expect(await edit(store.db, 0, { kind: 'drop', story: 5 })).toMatchObject({ kind: 'saved', revision: 1 });
    expect((await historyOf(store.db, ID)).entries).toHaveLength(2);
  });

  test('undo and redo go back and forth, each a revision of its own, named after what they undo', async () => {
    await using store = await openDraft();
    await edit(store.db, 0, { kind: 'drop', story: 5 });
    await edit(store.db, 1, { kind: 'headline', story: 2, text: 'Better' });
    expect(await undo(store.db, ID, by(2))).toMatchObject({
      revision: 3,
      what: { code: 'undo', what: { code: 'headline', headline: 'Headline 2' } },
    });
    expect(await undo(store.db, ID, by(3))).toMatchObject({
      revision: 4,
      what: { code: 'undo', what: { code: 'dropped', headline: 'Headline 5' } },
    });
    expect((await findEdition(store.db, ID))?.content).toEqual(draft());
    expect(await undo(store.db, ID, by(4))).toEqual({ kind: 'refused', says: 'There is nothing to undo.' });
    expect(await historyOf(store.db, ID)).toMatchObject({
      undo: null,
      redo: { code: 'dropped', headline: 'Headline 5' },
    });
    expect(await redo(store.db, ID, by(4))).toMatchObject({
      revision: 5,
      what: { code: 'redo', what: { code: 'dropped', headline: 'Headline 5' } },
    });
    expect(await redo(store.db, ID, by(5))).toMatchObject({
      revision: 6,
      what: { code: 'redo', what: { code: 'headline', headline: 'Headline 2' } },
    });
    expect(await redo(store.db, ID, by(6))).toEqual({
      kind: 'refused',
      says: 'There is nothing to redo.',
    });
    const { content } = (await findEdition(store.db, ID)) ?? {};
    expect(content?.stories.find(({ articleId }) => articleId === 2)?.headline).toBe('Better');
    expect(order(content ?? draft())).not.toContain(5);
    expect(await undo(store.db, ID, by(6))).toMatchObject({
      what: { code: 'undo', what: { code: 'headline', headline: 'Headline 2' } },
    });
  });

  test('what is changed after an undo ends the way forward', async () => {
    await using store = await openDraft();
    await edit(store.db, 0, { kind: 'drop', story: 5 });
    await undo(store.db, ID, by(1));
    await edit(store.db, 2, { kind: 'lead', story: 6 });
    expect(await historyOf(store.db, ID)).toMatchObject({
      undo: { code: 'pinned', headline: 'Headline 6' },
      redo: null,
    });
    await undo(store.db, ID, by(3));
    expect(await historyOf(store.db, ID)).toMatchObject({
      undo: null,
      redo: { code: 'pinned', headline: 'Headline 6' },
    });
  });

  test('undoing every edit of a long row leads back to what was composed, and redoing them to the end', async () => {
    await using store = await openDraft();
    const changes: Change[] = [
      { kind: 'lead', story: 6 },
      { kind: 'move', story: 2, section: 'style' },
      { kind: 'tags', story: 4, tags: ['illness'] },
      { kind: 'intro', line: { text: 'Good morning', tags: [], about: [] } },
      { kind: 'drop', story: 7 },
      { kind: 'unpin' },
    ];
    for (const [seen, change] of changes.entries()) await edit(store.db, seen, change);
    const shaped = (await findEdition(store.db, ID))?.content;
    for (const [at] of changes.entries()) await undo(store.db, ID, by(6 + at));
    expect((await findEdition(store.db, ID))?.content).toEqual(draft());
    for (const [at] of changes.entries()) await redo(store.db, ID, by(12 + at));
    expect((await findEdition(store.db, ID))?.content).toEqual(shaped);
  });

  test('undoing any row of edits leads back to what was composed, step by step', async () => {
    await using store = await openDraft();
    const random = numbers(7);
    const states = [JSON.stringify(draft())];
    for (let step = 0; step < 30; step += 1) {
      const made = await edit(store.db, states.length - 1, anyChange(random, step));
      if (made.kind === 'saved' && made.revision === states.length) states.push(JSON.stringify(made.content));
    }
    expect(states.length).toBeGreaterThan(10);
    for (let back = states.length - 2, seen = states.length - 1; back >= 0; back -= 1, seen += 1) {
      const made = await undo(store.db, ID, by(seen));
      expect('content' in made && made.content).toEqual(JSON.parse(states[back] ?? ''));
    }
  });

  describe('two editors', () => {
    test('who change different things both have their way', async () => {
      await using store = await openDraft();
      await edit(store.db, 0, { kind: 'headline', story: 2, text: 'By Anna' }, ANNA);
      expect(await edit(store.db, 0, { kind: 'standfirst', story: 2, text: 'By Ben' }, BEN)).toMatchObject({
        kind: 'saved',
        revision: 2,
      });
      const story = (await findEdition(store.db, ID))?.content?.stories.find((one) => one.articleId === 2);
      expect(story).toMatchObject({ headline: 'By Anna', standfirst: 'By Ben' });
    });

    test('who change the same thing: the second is told who did what, and nothing is kept', async () => {
      await using store = await openDraft();
      await edit(store.db, 0, { kind: 'headline', story: 2, text: 'By Anna' }, ANNA);
      const conflict = await edit(store.db, 0, { kind: 'headline', story: 2, text: 'By Ben' }, BEN);
      expect(conflict).toMatchObject({
        kind: 'conflict',
        revision: 1,
        by: 'Anna',
        at: at(0),
        what: { code: 'headline', headline: 'Headline 2' },
      });
      expect((await historyOf(store.db, ID)).entries).toHaveLength(2);
      // Ben has seen it now, and means it.
      expect(await edit(store.db, 1, { kind: 'headline', story: 2, text: 'By Ben' }, BEN)).toMatchObject({
        kind: 'saved',
      });
    });

    test('leaving a story out meets whatever was done to it', async () => {
      await using store = await openDraft();
      await edit(store.db, 0, { kind: 'headline', story: 2, text: 'By Anna' }, ANNA);
      expect(await edit(store.db, 0, { kind: 'drop', story: 2 }, BEN)).toMatchObject({
        kind: 'conflict',
        by: 'Anna',
      });
    });

    test('what was changed and changed back is no conflict; what was undone since is one', async () => {
      await using store = await openDraft();
      await edit(store.db, 0, { kind: 'headline', story: 2, text: 'By Anna' }, ANNA);
      await undo(store.db, ID, by(1, ANNA));
      expect(await edit(store.db, 0, { kind: 'headline', story: 2, text: 'By Ben' }, BEN)).toMatchObject({
        kind: 'saved',
        revision: 3,
      });
      await undo(store.db, ID, by(3, ANNA));
      expect(await edit(store.db, 3, { kind: 'headline', story: 2, text: 'Ben again' }, BEN)).toMatchObject({
        kind: 'conflict',
        by: 'Anna',
        what: { code: 'undo', what: { code: 'headline', headline: 'Headline 2' } },
      });
    });

    test('nobody undoes what they have not seen', async () => {
      await using store = await openDraft();
      await edit(store.db, 0, { kind: 'drop', story: 5 }, ANNA);
      await edit(store.db, 1, { kind: 'drop', story: 6 }, BEN);
      expect(await undo(store.db, ID, by(1, ANNA))).toMatchObject({
        kind: 'conflict',
        by: 'Ben',
        revision: 2,
      });
      expect(await undo(store.db, ID, by(2, ANNA))).toMatchObject({
        what: { code: 'undo', what: { code: 'dropped', headline: 'Headline 6' } },
      });
    });

    test('at the very same moment lose nothing', async () => {
      await using store = await openDraft();
      // Two SQLite connections of one process would wait for each other for ever: there it is one, which takes turns.
      const other = kindOf(store.url) === 'postgres' ? await openDatabase(store.url) : store.db;
      try {
        const results = await Promise.all(
          [1, 2, 3, 4, 5, 6].map((story) =>
            edit(story % 2 ? store.db : other, 0, { kind: 'headline', story, text: `New ${story}` }),
          ),
        );
        expect(results.map(({ kind }) => kind)).toEqual(Array(6).fill('saved'));
        const { content } = (await findEdition(store.db, ID)) ?? {};
        const headlines = content?.stories
          .filter(({ articleId }) => articleId <= 6)
          .map((one) => one.headline);
        expect(headlines?.sort()).toEqual([1, 2, 3, 4, 5, 6].map((story) => `New ${story}`));
        const same = await Promise.all(
          [store.db, other].map((db, at) => edit(db, 6, { kind: 'headline', story: 1, text: `Mine ${at}` })),
        );
        expect(same.map(({ kind }) => kind).sort()).toEqual(['conflict', 'saved']);
      } finally {
        if (other !== store.db) await other.destroy();
      }
    });
  });

  test('what was decided beside the draft is taken back by undoing, and decided again by redoing', async () => {
    await using store = await openDraft();
    await saveArticles(store.db, 'desk', [news(0, SLOT)], SLOT);
    const [article] = await articlesById(store.db, [1]);
    const decided = async () => (await tagsWithReasons(store.db, article ? [article] : [], []))[0];
    const beside = {
      before: { tags: [{ article: 1, tags: null }] },
      after: { tags: [{ article: 1, tags: ['death'] }] },
    };
    await changeDraft(store.db, ID, by(0), async (content, trx) => {
      const made = applyEdit(DRAFTED, content, { kind: 'tags', story: 1, tags: ['death'] });
      await decideTags(trx, 1, ['death'], SLOT);
      return 'refused' in made ? made : { ...made, beside };
    });
    expect(await decided()).toMatchObject({ decided: true, tags: [{ subject: 'death' }] });
    await undo(store.db, ID, by(1));
    expect(await decided()).toMatchObject({ decided: false, tags: [] });
    await redo(store.db, ID, by(2));
    expect(await decided()).toMatchObject({ decided: true, tags: [{ subject: 'death' }] });
  });

  test('a change that is refused or fails leaves nothing behind, in the draft or beside it', async () => {
    await using store = await openDraft();
    await saveArticles(store.db, 'desk', [news(0, SLOT)], SLOT);
    const refused = await changeDraft(store.db, ID, by(0), async (_content, trx) => {
      await decideTags(trx, 1, ['death'], SLOT);
      return { refused: 'No.' };
    });
    expect(refused).toEqual({ kind: 'refused', says: 'No.' });
    await expect(
      changeDraft(store.db, ID, by(0), async (_content, trx) => {
        await decideTags(trx, 1, ['death'], SLOT);
        throw new Error('the disk is full');
      }),
    ).rejects.toThrow('the disk is full');
    expect(await store.db.selectFrom('tag_decisions').selectAll().execute()).toEqual([]);
    expect((await historyOf(store.db, ID)).entries).toEqual([]);
  });

  test('only a draft can be changed', async () => {
    await using store = await openDraft();
    await store.db.updateTable('editions').set({ state: 'frozen' }).execute();
    expect(await edit(store.db, 0, { kind: 'unpin' })).toEqual({ kind: 'closed', state: 'frozen' });
    expect(await undo(store.db, 'daily-20300101T0700Z', by(0))).toEqual({ kind: 'closed', state: undefined });
  });

  test('composing anew counts as a revision while nobody has looked, and leaves alone what is on the desk', async () => {
    await using store = await openDraft();
    await save(store.db);
    const revision = async () =>
      (await store.db.selectFrom('editions').select('revision').executeTakeFirstOrThrow()).revision;
    expect(await revision()).toBe(0);
    await save(store.db, { ...draft(), title: 'Another' });
    expect(await revision()).toBe(1);
    // Seen before it was composed anew.
    expect(await edit(store.db, 0, { kind: 'drop', story: 5 })).toMatchObject({
      kind: 'conflict',
      by: '',
      revision: 1,
    });
    expect(await edit(store.db, 1, { kind: 'drop', story: 5 })).toMatchObject({ kind: 'saved', revision: 2 });
    await save(store.db);
    expect((await findEdition(store.db, ID))?.content?.title).toBe('Another');
    expect((await historyOf(store.db, ID)).entries.at(-1)).toMatchObject({
      revision: 1,
      what: { code: 'composed' },
    });
  });

  test('once it has left, what its drafts were is forgotten, and what was done stays', async () => {
    await using store = await openDraft();
    await edit(store.db, 0, { kind: 'drop', story: 5 });
    await freezeAudience(store.db, { id: ID, newsletterId: 'daily', slot: SLOT }, SLOT);
    const rows = await store.db.selectFrom('edition_revisions').select('content').execute();
    expect(rows).toEqual([{ content: null }, { content: null }]);
    expect((await historyOf(store.db, ID)).entries).toHaveLength(2);
  });
});

function at(seen: number): number {
  return SLOT - 1000 + seen;
}

function by(seen: number, editor = ANNA) {
  return { seen, by: editor, now: at(seen) };
}

function edit(db: Database, seen: number, change: Change, editor = ANNA): Promise<DraftChange> {
  return changeDraft(db, ID, by(seen, editor), (content) => applyEdit(DRAFTED, content, change));
}

async function save(db: Database, content: EditionContent = draft()): Promise<void> {
  await saveDraft(db, {
    newsletterId: 'daily',
    slot: SLOT,
    asOf: SLOT,
    composedAt: SLOT,
    content,
    reason: null,
  });
}
