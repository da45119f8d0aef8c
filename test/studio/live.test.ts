import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { findEdition } from '../../src/editions/store/edition-store.ts';
import { composeNow } from '../../src/publishing/drafts.ts';
import { TWO_NEWSLETTERS } from '../web/sample-newsletters.ts';
import { addEdition, HERE, type OpenStudio, openStudio } from './open-studio.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };
const OWN_TEMPLATES = TWO_NEWSLETTERS.replace(
  '    schedule: 0 7 * * *',
  '    schedule: 0 7 * * *\n    templates: looks',
).replace('[stories, palace]', '[stories]');

const article = (headline: string, more = '') =>
  `---\ntitle: ${headline}\ndate: 2026-11-22T06:00:00Z\ncategories: [royal]\n---\nThe gates stand open from noon.\n${more}`;

/** A studio that follows its files, with a draft on the desk that tells one article. */
async function following() {
  const studio = await openStudio({ newsletters: OWN_TEMPLATES });
  const looks = join(studio.folder, 'looks');
  mkdirSync(looks);
  const files = join(studio.folder, 'articles');
  writeFileSync(join(files, 'garden.md'), article('A garden opens'));
  const [daily] = studio.house.config.newsletters;
  if (!daily) throw new Error('there are two');
  const { id = '' } = await composeNow(studio.house.publishing, daily, 'Ada');
  await studio.house.startWatching();
  const shown = async () =>
    (await studio.app.inject({ url: `/studio/editions/${id}/preview`, headers: HERE })).body;
  const headline = async () => (await findEdition(studio.db, id))?.content?.stories[0]?.headline;
  return { studio, id, looks, files, shown, headline };
}

/** What a page hears, as it comes. */
async function listening({ app }: OpenStudio) {
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const stop = new AbortController();
  const answer = await fetch(`${origin.replace('127.0.0.1', 'localhost')}/studio/live`, {
    signal: stop.signal,
  });
  const heard: string[] = [];
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const done = (async () => {
    for (let one = await reader?.read(); one && !one.done; one = await reader?.read()) heard.push(one.value);
  })();
  return { heard: () => heard.join(''), done, answer };
}

test('a template that changes is in the next preview, and pages are told', async () => {
  const { studio, looks, shown } = await following();
  await using _ = studio;
  const { heard, done, answer } = await listening(studio);
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  await expect.poll(heard, PATIENCE).toMatch(/^retry: 2000\nevent: files\ndata: [\w-]+\.0\n\n$/);
  expect(await shown()).not.toContain('A look of our own');
  writeFileSync(
    join(looks, 'magazine.mjml.hbs'),
    '<mjml><mj-body><mj-section><mj-column><mj-text>A look of our own</mj-text></mj-column></mj-section></mj-body></mjml>\n',
  );
  await expect.poll(heard, PATIENCE).toMatch(/data: [\w-]+\.1\n\n$/);
  expect(await shown()).toContain('A look of our own');
  writeFileSync(join(looks, 'magazine.mjml.hbs'), '<mjml><mj-body><mj-wrong/></mj-body></mjml>\n');
  await expect.poll(shown, PATIENCE).toMatch(/This mail cannot be built[\s\S]*magazine\.mjml\.hbs:1/);
  // One that came in a folder that was not there before.
  rmSync(join(looks, 'magazine.mjml.hbs'));
  mkdirSync(join(looks, 'partials'));
  cpSync(join(TEMPLATES_DIR, 'mail/partials/colophon.hbs'), join(looks, 'partials/colophon.hbs'));
  await expect.poll(shown, PATIENCE).toContain('A garden opens');
  await studio.app.close();
  await done; // a server that stops hangs up by itself
});

test('an article whose file changes is told in its new words, unless an editor wrote their own', async () => {
  const { studio, id, files, shown, headline } = await following();
  await using _ = studio;
  expect(await shown()).toContain('A garden opens');
  writeFileSync(join(files, 'garden.md'), article('A garden opens its gates', 'Tea is served.'));
  await expect.poll(headline, PATIENCE).toBe('A garden opens its gates');
  expect(await shown()).toContain('A garden opens its gates');
  const history = await studio.db
    .selectFrom('edition_revisions')
    .select(['editor', 'touches'])
    .where('edition_id', '=', id)
    .where('editor', '!=', '')
    .execute();
  expect(history.length).toBeGreaterThan(0);
  expect(history.every(({ editor }) => editor === 'The article’s file')).toBe(true);
  const kept = await findEdition(studio.db, id);
  const content = JSON.stringify(kept?.content).replaceAll(
    'A garden opens its gates',
    'The garden, in our words',
  );
  await studio.db.updateTable('editions').set({ content }).where('id', '=', id).execute();
  writeFileSync(join(files, 'garden.md'), article('A garden opens at last', 'And cake.'));
  await expect
    .poll(() => studio.db.selectFrom('articles').select('headline').executeTakeFirst(), PATIENCE)
    .toEqual({ headline: 'A garden opens at last' });
  await studio.house.parts.live.close(); // what was begun is done
  expect(await headline()).toBe('The garden, in our words');
});

test('nothing is watched that is not there, and the rest is all the same', async () => {
  await using studio = await openStudio();
  rmSync(join(studio.folder, 'articles'), { recursive: true });
  await studio.house.startWatching();
});

test('a template that changes while an edition is going out waits until it has gone', async () => {
  const { studio, looks, shown } = await following();
  await using _ = studio;
  expect(await shown()).toContain('A garden opens');
  await addEdition(studio.db, { state: 'frozen' });
  writeFileSync(
    join(looks, 'magazine.mjml.hbs'),
    '<mjml><mj-body><mj-section><mj-column><mj-text>A look of our own</mj-text></mj-column></mj-section></mj-body></mjml>\n',
  );
  const turning = setInterval(() => studio.clock.advance(1_000), 20);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await shown()).not.toContain('A look of our own');
  await studio.db.updateTable('editions').set({ state: 'finished' }).where('state', '=', 'frozen').execute();
  await expect.poll(shown, PATIENCE).toContain('A look of our own');
  clearInterval(turning);
});
