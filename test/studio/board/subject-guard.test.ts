import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findEdition } from '../../../src/editions/store/edition-store.ts';
import { composeNow } from '../../../src/publishing/drafts.ts';
import { NEXT, withReview } from '../desk/desk-sample.ts';
import { addAccount, logIn, type OpenStudio, openStudio, press } from '../open-studio.ts';

const ARTICLE =
  '---\nheadline: Actor dies aged 81\ndate: 2026-11-22T07:30:00Z\ncategory: celebrity\n---\n\nHe died at home, his family said.\n';

test.each([
  [
    'on the board',
    (story: number) => ({ url: `/studio/editions/${NEXT}/edits`, kind: 'tags', story: `${story}` }),
  ],
  ['at the article', (story: number) => ({ url: `/studio/articles/${story}/subjects` })],
])('%s only who may approve takes a subject away that makes an edition wait', async (_, form) => {
  await using studio = await deskWith('required');
  const { url, ...fields } = form(await storyOf(studio));
  const ben = await logIn(studio, await addAccount(studio, 'ben@paper.example', 'edit'));
  const anna = await logIn(studio, await addAccount(studio, 'anna@paper.example', 'approve'));
  const before = await subjectsOf(studio);
  expect(before.length).toBeGreaterThan(0);
  const more = [...before, 'violence'].map((id): [string, string] => [
    url.endsWith('edits') ? 'tags' : 'subject',
    id,
  ]);
  const pairs = Object.entries({ ...fields, seen: '0' });

  const refused = await press(studio, url, pairs, ben);
  expect(refused.statusCode).toBeGreaterThanOrEqual(400);
  expect(refused.body).toContain('Only an editor with the role “approve” can');
  expect(await subjectsOf(studio)).toEqual(before);
  if (!url.endsWith('edits')) {
    const ticked = await press(studio, url, [...pairs, ['subject', 'violence']], ben);
    expect(ticked.statusCode).toBe(422);
    expect(ticked.body).toContain('name="subject" value="violence" checked');
    for (const subject of before) expect(ticked.body).not.toContain(`value="${subject}" checked`);
    expect(ticked.body).toMatch(/<fieldset aria-describedby="subjects-wrong">/);
  }
  expect((await press(studio, url, [...pairs, ...more], ben)).statusCode).toBe(303);
  expect((await press(studio, url, Object.entries({ ...fields, seen: '1' }), anna)).statusCode).toBe(303);
  expect(await subjectsOf(studio)).toEqual([]);
});

test('where nothing waits for it, whoever may edit says what is sensitive', async () => {
  await using studio = await deskWith('automatic');
  const story = String(await storyOf(studio));
  const ben = await logIn(studio, await addAccount(studio, 'ben@paper.example', 'edit'));
  const answer = await press(
    studio,
    `/studio/editions/${NEXT}/edits`,
    { kind: 'tags', story, seen: '0' },
    ben,
  );
  expect(answer.statusCode).toBe(303);
  expect(await subjectsOf(studio)).toEqual([]);
});

async function deskWith(sensitive: 'required' | 'automatic'): Promise<OpenStudio> {
  const newsletters = withReview({ sensitive }).replaceAll('[stories, palace]', '[stories]');
  const studio = await openStudio({ newsletters, studioPassword: 'the password of everybody' });
  writeFileSync(join(studio.folder, 'articles', 'actor.md'), ARTICLE);
  const [daily] = studio.house.config.newsletters;
  if (daily) await composeNow(studio.house.publishing, daily, 'Anna');
  return studio;
}

async function storyOf({ db }: OpenStudio): Promise<number> {
  return (await findEdition(db, NEXT))?.content?.stories[0]?.articleId ?? 0;
}

/** As an editor decided, or else as the draft was composed. */
async function subjectsOf({ db }: OpenStudio): Promise<readonly string[]> {
  const decided = await db.selectFrom('tag_decisions').select('tags').executeTakeFirst();
  if (decided) return JSON.parse(decided.tags);
  return (await findEdition(db, NEXT))?.content?.stories[0]?.tags ?? [];
}
