import { describe, expect, test } from 'vitest';
import { freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { saveDraft } from '../../../src/editions/store/edition-store.ts';
import { addReaders } from '../../../src/subscribers/add-readers.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { address, story } from '../../mail/sample.ts';
import { addEdition, HERE, type OpenStudio, press } from '../open-studio.ts';
import { collect, openDraft } from './board-draft.ts';

const JSON_WANTED = { accept: 'application/json' };

describe('the board', () => {
  test('shows every story in its section, with where it comes from and what can be done with it', async () => {
    await using draft = await openDraft();
    const { body } = await get(draft.studio, draft.url);
    const board = body.slice(body.indexOf('id="board"'), body.indexOf('</section>\n<script'));
    expect(board).toContain('Princess Elowen opens a lighthouse');
    expect(board).toContain('The Palace Post');
    expect(
      [...board.matchAll(/<h3 id="group-title-\d+">([^<]+)/g)].map(([, title]) => title?.trim()),
    ).toEqual(['The lead', 'Royals', 'Stars', 'Style', 'Shopping']);
    expect(board).toMatch(/<span class="tag">Baby loss<\/span>/);
    for (const name of ['Up', 'Down', 'Pin to the top', 'Leave out', 'More'])
      expect(board).toContain(`${name}<span`);
  });

  test('holds what feeds say as text', async () => {
    await using draft = await openDraft();
    const hostile = `</textarea><script>alert(1)</script>“"'&`;
    await press(draft.studio, `${draft.url}/edits`, {
      kind: 'headline',
      story: '4',
      text: hostile,
      seen: '0',
    });
    const { body } = await get(draft.studio, `${draft.url}?open=4`);
    expect(body).not.toContain('<script>alert');
    expect(body).toContain('&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;“&quot;&#x27;&amp;');
  });

  test('of an edition that has left shows what it told, and has no form', async () => {
    await using draft = await openDraft();
    await draft.studio.db.updateTable('editions').set({ state: 'finished', candidates: 0 }).execute();
    const { body } = await get(draft.studio, `${draft.url}/board`);
    expect(body).toContain('Princess Elowen opens a lighthouse');
    expect(body).not.toMatch(/<form|<button|<textarea/);
    const answer = await press(draft.studio, `${draft.url}/edits`, { kind: 'drop', story: '4', seen: '0' });
    expect(answer.statusCode).toBe(410);
    expect(answer.body).toContain('the edition is finished, and only drafts can be edited');
  });

  test('is asked for every few seconds, and sent only where it has changed', async () => {
    await using draft = await openDraft();
    const [, stamp = ''] =
      /data-stamp="([^"]+)"/.exec((await get(draft.studio, `${draft.url}/board`)).body) ?? [];
    expect((await get(draft.studio, `${draft.url}/board?stamp=${stamp}`)).statusCode).toBe(204);
    await press(draft.studio, `${draft.url}/hold`);
    expect((await get(draft.studio, `${draft.url}/board?stamp=${stamp}`)).statusCode).toBe(200);
    await press(draft.studio, `${draft.url}/let-go-on`);
    expect((await get(draft.studio, `${draft.url}/board?stamp=${stamp}`)).statusCode).toBe(204);
    await press(draft.studio, `${draft.url}/edits`, { kind: 'drop', story: '4', seen: '0' });
    const changed = await get(draft.studio, `${draft.url}/board?stamp=${stamp}`);
    expect(changed.statusCode).toBe(200);
    expect(changed.body).toContain('data-revision="1"');
    expect((await get(draft.studio, '/studio/editions/daily-20300101T0700Z/board')).statusCode).toBe(404);
  });
});

eachDatabase((open) => {
  test('works through forms alone: an edit leads back to its story, and its panel stays open', async () => {
    await using draft = await openDraft({ database: await open() });
    const form = { kind: 'headline', story: '4', text: 'Dumplings', seen: '0', open: '4' };
    const answer = await press(draft.studio, `${draft.url}/edits`, form);
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe(`${draft.url}?open=4#story-4`);
    expect((await draft.content()).stories.find(({ articleId }) => articleId === 4)?.headline).toBe(
      'Dumplings',
    );
    const undone = await press(draft.studio, `${draft.url}/undo`, { seen: '1' });
    expect(undone.headers.location).toBe(`${draft.url}#board`);
    expect((await draft.content()).stories.find(({ articleId }) => articleId === 4)?.headline).toMatch(
      /^Chef/,
    );
    await press(draft.studio, `${draft.url}/redo`, { seen: '2' });
    expect((await draft.content()).stories.find(({ articleId }) => articleId === 4)?.headline).toBe(
      'Dumplings',
    );
  });

  test('every button of the board does what it says, one after the other', async () => {
    await using draft = await openDraft({ database: await open() });
    const button = async (name: string) => {
      const { body } = await get(draft.studio, draft.url);
      const [, edit = ''] = new RegExp(`id="${name}" name="edit" value="([^"]+)"`).exec(body) ?? [];
      const [, seen = ''] = /data-revision="(\d+)"/.exec(body) ?? [];
      const answer = await press(draft.studio, `${draft.url}/edits`, {
        edit: edit.replaceAll('&quot;', '"'),
        seen,
      });
      expect(answer.statusCode, name).toBe(303);
    };
    expect(await draft.order()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await button('down-4');
    expect(await draft.order()).toEqual([1, 2, 3, 5, 4, 6, 7, 8]);
    await button('up-4');
    expect(await draft.order()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await button('up-4'); // to the end of the section above
    expect((await draft.content()).stories.find(({ articleId }) => articleId === 4)?.sectionId).toBe('royal');
    expect(await draft.order()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await button('down-4'); // and back to the beginning of the one below
    expect((await draft.content()).stories.find(({ articleId }) => articleId === 4)?.sectionId).toBe('stars');
    await button('down-6');
    expect((await draft.content()).stories.find(({ articleId }) => articleId === 6)?.sectionId).toBe('style');
    expect(await draft.order()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await button('up-2'); // above the first story there is the lead
    expect((await draft.content()).pinned).toBe(2);
    await button('pin-2');
    expect((await draft.content()).pinned).toBeUndefined();
    await button('drop-5');
    expect(await draft.order()).not.toContain(5);
  });
});

eachDatabase((open) => {
  test('“Use this article” tells the story with the other article, at its place', async () => {
    await using draft = await openDraft({ database: await open() });
    const { studio, url } = draft;
    const merged = { kind: 'merge', story: '5', into: '4', seen: '0', open: '4' };
    expect((await press(studio, `${url}/edits`, merged)).statusCode).toBe(303);
    const place = (await draft.order()).indexOf(4);
    const { body } = await get(studio, `${url}?open=4`);
    const [, name = '', edit = '', rest = ''] =
      /<button class="bare" id="(do-retell-4-0)" name="edit" value="([^"]+)">(Use this article<span class="sr">: [^<]*)/.exec(
        body,
      ) ?? [];
    expect([name, rest]).toEqual([
      'do-retell-4-0',
      expect.stringContaining('Tennis champion Mara Voss retires after nineteen seasons'),
    ]);
    const pressed = { edit: edit.replaceAll('&quot;', '"'), seen: String(await draft.revision()), open: '4' };
    expect((await press(studio, `${url}/edits`, pressed)).statusCode).toBe(303);
    const told = (await draft.content()).stories[place];
    expect(told).toMatchObject({
      articleId: 5,
      headline: 'Tennis champion Mara Voss retires after nineteen seasons',
    });
    expect(await draft.order()).not.toContain(4);
    // And back again, by the same button of the other.
    const undone = await press(studio, `${url}/undo`, { seen: String(await draft.revision()) });
    expect(undone.statusCode).toBe(303);
    expect((await draft.order())[place]).toBe(4);
  });
});

describe('what cannot be done is said', () => {
  test('on a page of its own, with the way back', async () => {
    await using draft = await openDraft();
    const answer = await press(draft.studio, `${draft.url}/edits`, {
      kind: 'headline',
      story: '4',
      text: '',
      seen: '0',
      open: '',
    });
    expect(answer.statusCode).toBe(303); // without words it is the article's own
    const light = await press(draft.studio, `${draft.url}/edits`, {
      kind: 'move',
      story: '3',
      section: 'shop',
      seen: '0',
    });
    expect(light.statusCode).toBe(422);
    expect(light.body).toContain('Shopping is light and takes no sensitive story');
    expect(light.body).toContain(`href="${draft.url}"`);
  });

  test('to a script as data, with the board as it is', async () => {
    await using draft = await openDraft();
    const answer = await press(
      draft.studio,
      `${draft.url}/edits`,
      { kind: 'headline', story: '4', text: 'x'.repeat(200), seen: '0' },
      JSON_WANTED,
    );
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      kind: 'refused',
      says: 'A headline has at most 150 characters; this one has 200.',
      revision: 0,
      board: expect.stringContaining('id="board"'),
    });
  });

  test('when it is no edit at all', async () => {
    await using draft = await openDraft();
    for (const fields of [
      { kind: 'erase', seen: '0' },
      { kind: 'drop', story: '4' },
      { edit: '{', seen: '0' },
    ]) {
      const answer = await press(draft.studio, `${draft.url}/edits`, fields as Record<string, string>);
      expect(answer.statusCode).toBe(400);
      expect(answer.body).toContain('Nothing was changed');
    }
    expect(await draft.revision()).toBe(0);
  });

  test('when somebody was first: what they made of it, and both ways on', async () => {
    await using draft = await openDraft();
    await press(draft.studio, `${draft.url}/edits`, {
      kind: 'headline',
      story: '4',
      text: 'Theirs',
      seen: '0',
    });
    draft.studio.clock.advance(60_000);
    const mine = { kind: 'headline', story: '4', text: 'Mine', seen: '0' };
    const page = await press(draft.studio, `${draft.url}/edits`, mine);
    expect(page.statusCode).toBe(409);
    expect(page.body).toContain('Rehearsal changed this to “Theirs” 1 minute ago.');
    expect(page.body).toContain('Keep Rehearsal’s');
    const [, edit = ''] = /name="edit" value="([^"]+)" data-mine/.exec(page.body) ?? [];
    const again = await press(draft.studio, `${draft.url}/edits`, {
      edit: edit.replaceAll('&quot;', '"'),
      seen: '1',
    });
    expect(again.statusCode).toBe(303);
    expect((await draft.content()).stories.find(({ articleId }) => articleId === 4)?.headline).toBe('Mine');
  });
});

test('the line in the inbox is shown as each program cuts it, and says who reads it', async () => {
  await using draft = await openDraft();
  const subject = 'Elowen’s lighthouse shines again over the whole of the northern shore tonight';
  await press(draft.studio, `${draft.url}/edits`, { kind: 'subject', text: subject, seen: '0' });
  const { body } = await get(draft.studio, `${draft.url}/board`);
  expect(body).toContain('<span class="line">Elowen’s lighthouse shines again…</span>');
  expect(body).toContain('<span class="line">Elowen’s lighthouse shines again over the whole of the…</span>');
  for (const name of ['Gmail', 'Apple Mail', 'Outlook'])
    expect(body).toContain(`<figcaption>${name}</figcaption>`);
  expect(body).toContain(
    'Goes to readers who get “Princess Elowen opens a lighthouse on…” (Elowen’s, lighthouse, northern, shore). The others get one about their own stories.',
  );
  await press(draft.studio, `${draft.url}/edits`, { kind: 'drop', story: '1', seen: '1' });
  const after = await get(draft.studio, `${draft.url}/board`);
  expect(after.body).not.toContain('The others get one');
  expect(after.body).toContain('Nobody gets it now: it names a story that is no longer in the edition.');
});

test('articles that came since the draft was composed are counted, until they are in it', async () => {
  await using draft = await openDraft();
  const came = async () =>
    /<span class="came">([^<]+)/.exec((await get(draft.studio, `${draft.url}/board`)).body)?.[1];
  expect(await came()).toBeUndefined();
  draft.studio.clock.advance(3_600_000);
  await collect(draft.studio, 'echo', [
    ['Actor Ben Oakes buys a ferry', 'celebrity'],
    ['A hat for a heron', 'style'],
  ]);
  draft.studio.clock.advance(7_200_000);
  expect(await came()).toBe('2 new since it was built');
  await press(draft.studio, `${draft.url}/edits`, { kind: 'let-in', article: '9', seen: '0' });
  expect(await came()).toBe('1 new since it was built');
});

test('words that name a story say how many readers get it; that a story was told leaves those who had it out', async () => {
  await using draft = await openDraft();
  const { db, clock } = draft.studio;
  const readers = ['ada', 'ben', 'cleo'].map((name) => ({
    email: address(`${name}@x.example`),
    name: '',
    sections: name === 'cleo' ? ['stars'] : null,
  }));
  await addReaders(db, readers, { newsletterId: 'daily', origin: 'test', now: clock.now() });
  const hint = async () =>
    /id="line-subject-hint"><span( class="note")?>(.*?)\. The others/.exec(
      (await get(draft.studio, `${draft.url}/board`)).body,
    ) ?? [];
  const subject = { kind: 'subject', text: 'A lighthouse on the northern shore, and a violin in the attic' };
  await press(draft.studio, `${draft.url}/edits`, { ...subject, seen: '0' });
  expect((await hint())[2]).toMatch(/^2 of 3 readers get it: those who get “Princess .* and “A violin /);
  const slot = Date.UTC(2026, 10, 21, 9);
  const content = { ...(await draft.content()), stories: [story(0, { articleId: 2, sectionId: 'royal' })] };
  const told = { newsletterId: 'daily', slot, asOf: slot, composedAt: slot, content, reason: null };
  await freezeAudience(db, await saveDraft(db, told), clock.now());
  expect((await hint()).slice(1)).toEqual([
    ' class="note"',
    expect.stringMatching(/^At present no reader gets it: those who get “/),
  ]);
  const board = (await get(draft.studio, `${draft.url}/board`)).body;
  expect(board).toContain('Only readers who missed it will get it: nobody at present');
  const { body: checks } = await get(draft.studio, `${draft.url}/verdict`);
  expect(checks).toContain('At present no reader gets the subject you wrote');
  expect(checks).toContain('<a href="#line-subject">');
});

test('a story that was told before says who gets it, on the board and before it is let in', async () => {
  await using draft = await openDraft();
  const { db } = draft.studio;
  const id = 'daily-20261121T0900Z';
  await addEdition(db, { id, state: 'finished', slot: Date.UTC(2026, 10, 21, 9) });
  await db
    .insertInto('edition_stories')
    .values([1, 4].map((article_id, bit) => ({ edition_id: id, article_id, bit })))
    .execute();
  const words = 'Sent Sat 21 Nov. Only readers who missed it will get it';
  const told = async (url: string) => (await get(draft.studio, url)).body.split(words).length - 1;
  expect(await told(`${draft.url}/board`)).toBe(2);
  expect(await told(`${draft.url}/articles?show=all`)).toBe(0);
  await press(draft.studio, `${draft.url}/edits`, { kind: 'drop', story: '4', seen: '0' });
  expect(await told(`${draft.url}/board`)).toBe(1);
  expect(await told(`${draft.url}/articles`)).toBe(1);
  await collect(draft.studio, 'echo', [['Chef Tobias Renn sells the first of his dumplings', 'celebrity']]);
  const chapter = (number: number) =>
    db
      .updateTable('articles')
      .set({ story_id: 4, chapter: number })
      .where('source_id', '=', 'echo')
      .execute();
  await chapter(0);
  expect(await told(`${draft.url}/articles`)).toBe(2);
  await chapter(1);
  expect(await told(`${draft.url}/articles`)).toBe(1);
});

test('a light section that goes to nobody is warned of', async () => {
  await using draft = await openDraft();
  await press(draft.studio, `${draft.url}/edits`, { kind: 'move', story: '3', section: 'style', seen: '0' });
  const { body } = await get(draft.studio, `${draft.url}/board`);
  expect(body).toContain(
    'Shopping is left out of every mail, because the story right before it is sensitive.',
  );
});

test('what was changed is listed, newest first, with what was undone struck out', async () => {
  await using draft = await openDraft();
  await press(draft.studio, `${draft.url}/edits`, { kind: 'drop', story: '4', seen: '0' });
  await press(draft.studio, `${draft.url}/undo`, { seen: '1' });
  const { body } = await get(draft.studio, `${draft.url}/history`);
  const entries = [...body.matchAll(/<li( class="undone")?><span class="what-done">([^<]+)/g)];
  expect(entries.map(([, undone, what]) => [what, undone !== undefined])).toEqual([
    ['Undo: Left out “Chef Tobias Renn reveals plum dumplings”', false],
    ['Left out “Chef Tobias Renn reveals plum dumplings”', true],
    ['Built', false],
  ]);
  expect(body).toContain('Rehearsal, <time');
});

describe('articles around the edition', () => {
  test('say why they are in or out, can be searched, and let in', async () => {
    await using draft = await openDraft();
    await collect(draft.studio, 'echo', [
      ['Astronomers name a comet after a schoolgirl', 'celebrity'],
      ['Museum returns seven bronze horses', 'art'],
    ]);
    const { body } = await get(draft.studio, `${draft.url}/articles`);
    expect(body).toContain('arrived after the draft was built; a rebuild would be in Stars');
    expect(body).toContain('no section takes it');
    expect(body).not.toContain('Princess Elowen');
    const all = await get(draft.studio, `${draft.url}/articles?show=all&q=ELOWEN`);
    expect(all.body).toContain('leads the edition');
    expect(all.body).not.toContain('comet');
    expect((await get(draft.studio, `${draft.url}/articles?q=nothing-like-it`)).body).toContain(
      'No article has “nothing-like-it”.',
    );
    const fields = { kind: 'let-in', article: '10', section: 'style', seen: '0' };
    expect((await press(draft.studio, `${draft.url}/edits`, fields)).statusCode).toBe(303);
    expect(await draft.order()).toContain(10);
  });
});

async function get({ app }: OpenStudio, url: string) {
  return app.inject({ url, headers: HERE });
}
