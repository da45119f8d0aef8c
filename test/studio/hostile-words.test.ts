import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from 'htmlparser2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findDraft } from '../../src/editions/store/draft-store.ts';
import { composeNow } from '../../src/publishing/drafts.ts';
import { emailHash } from '../../src/subscribers/subscriber.ts';
import { addActive, subscriptionId } from '../delivery/fixture.ts';
import { address } from '../mail/sample.ts';
import { TWO_NEWSLETTERS } from '../web/sample-newsletters.ts';
import {
  addAccount,
  addEdition,
  EDITION_ID,
  HERE,
  type OpenStudio,
  openStudio,
  press,
} from './open-studio.ts';

/** Whatever would act if it ever stood on a page as anything but text. */
const EVIL = `x</title></style></textarea></pre></script></select>--><xss onload=xss()>"'\`><img src=x onerror=xss()>{{constructor}}{{{x}}}{{> layout}}`;
/** A slot of the mail's, a letter that turns the words round, and a formula. */
const MARKED = `=HYPERLINK("//evil.example")\ue000\ue007\u202e${EVIL}`;
const READER = 'reader-00000@readers.example';

let studio: OpenStudio;
let draft: string;

beforeAll(async () => {
  studio = await openStudio({ newsletters: TWO_NEWSLETTERS.replace('[stories, palace]', '[stories]') });
  const { db, clock, house, folder } = studio;
  const write = (name: string, title: string) =>
    writeFileSync(
      join(folder, 'articles', name),
      `---\ntitle: ${title}\nlink: "javascript:xss()"\nimage: "javascript:xss()"\ndate: 2026-11-22T06:00:00Z\ncategories: [royal]\n---\n${title}.\n`,
    );
  write('a.md', 'A lighthouse opens on the northern shore');
  write('b.md', 'Tennis champion retires after nineteen seasons');
  write(`<xss onload=xss()> "'{{constructor}}.md`, 'Umbrellas for every kind of weather');
  await addActive(db, [address(READER)]);
  await db.updateTable('subscribers').set({ name: MARKED }).execute();
  const [daily] = house.config.newsletters;
  if (!daily) throw new Error('there are two');
  draft = (await composeNow(house.publishing, daily, MARKED)).id ?? '';
  await spoil();
  const anna = await addAccount(studio, 'anna@belle.example', 'approve');
  await db.updateTable('editors').set({ name: EVIL }).where('id', '=', anna.id).execute();
  await gone();
  await db
    .insertInto('suppressions')
    .values({ email_hash: emailHash(READER), reason: 'complained', at: clock.now() })
    .execute();
  expect((await ids()).length).toBeGreaterThan(1);
  for (const edit of edits(await ids())) await saved(edit);
  await press(studio, `/studio/editions/${draft}/hold`);
  await db.updateTable('editions').set({ held_by: EVIL, reason: MARKED }).where('id', '=', draft).execute();
  await db.updateTable('newsletters').set({ paused_at: clock.now(), paused_by: EVIL }).execute();
}, 60_000);
afterAll(() => studio[Symbol.asyncDispose]());

/** What comes in is cleaned at the door; here it is as if that door had stood open. */
async function spoil(): Promise<void> {
  const { db } = studio;
  const texts = { headline: MARKED, standfirst: MARKED, author: MARKED };
  await db.updateTable('articles').set(texts).execute();
  const { content } = (await findDraft(db, draft)) ?? {};
  const stories = content?.stories.map((story) => ({
    ...story,
    ...texts,
    alsoBy: [{ name: EVIL, link: story.link }],
  }));
  await db
    .updateTable('editions')
    .set({ content: JSON.stringify({ ...content, stories }) })
    .where('id', '=', draft)
    .execute();
}

/** An edition that has gone, with replies of a server that means no good. */
async function gone(): Promise<void> {
  const { db } = studio;
  await addEdition(db, {
    content: { title: EVIL, stories: [{ headline: MARKED, standfirst: MARKED, tags: [EVIL] }] },
    deliveries: { rejected: 2, deferred: 1, accepted: 1, cancelled: 1 },
    excluded: { [MARKED]: 1 },
    reason: MARKED,
  });
  await db.updateTable('deliveries').set({ detail: MARKED }).execute();
  const subscription_id = await subscriptionId(db, READER);
  await db
    .updateTable('deliveries')
    .set({ email: READER, subscription_id })
    .where('state', '=', 'accepted')
    .execute();
  await db.updateTable('deliveries').set({ email: MARKED }).where('state', '=', 'deferred').execute();
}

async function ids(): Promise<number[]> {
  const rows = await studio.db
    .selectFrom('edition_stories')
    .select('article_id')
    .where('edition_id', '=', draft)
    .orderBy('article_id')
    .execute();
  return rows.map((row) => row.article_id);
}

function edits([first = 0, second = 0]: number[]): Record<string, string>[] {
  const story = String(first);
  return [
    { kind: 'headline', story, text: EVIL.slice(0, 140) },
    { kind: 'standfirst', story, text: MARKED },
    { kind: 'subject', text: EVIL.slice(0, 110) },
    { kind: 'preheader', text: MARKED.slice(0, 100) },
    { kind: 'intro', text: `${MARKED}\n\n{{#with constructor}}{{lookup}}{{/with}}` },
    { kind: 'signoff', text: MARKED },
    { kind: 'drop', story: String(second) },
  ];
}

async function saved(edit: Record<string, string>): Promise<void> {
  const { revision = 0 } = (await findDraft(studio.db, draft)) ?? {};
  const url = `/studio/editions/${draft}/edits`;
  const answer = await press(
    studio,
    url,
    { ...edit, seen: String(revision) },
    { accept: 'application/json' },
  );
  expect(answer.json(), edit.kind).toMatchObject({ kind: 'saved' });
}

test('no words from anywhere become a part of a page', async () => {
  expect(dangers(EVIL).length).toBeGreaterThan(1);
  let shown = 0;
  for (const url of await pages()) {
    const { body, statusCode, headers } = await studio.app.inject({ url, headers: HERE });
    expect(statusCode, url).toBeLessThan(500);
    expect(String(headers['content-security-policy']), url).toMatch(/default-src 'none'/);
    if (!String(headers['content-type']).startsWith('text/html')) continue;
    expect(dangers(body), url).toEqual([]);
    if (body.includes('&lt;xss')) shown += 1;
  }
  expect(shown).toBeGreaterThan(20); // else nothing of it was looked at
});

test('no cell of a list that is saved is a formula', async () => {
  const { body } = await studio.app.inject({
    url: `/studio/editions/${EDITION_ID}/deliveries.csv`,
    headers: HERE,
  });
  expect(body).toContain(`"'=HYPERLINK(`);
  expect(body).not.toMatch(/(^|[,\n])"?[=+@-]/);
});

/** All that can be looked at, each with whatever is there; the mail in every way of seeing it. */
async function pages(): Promise<string[]> {
  const [story = 0] = await ids();
  const plain = studio.routes
    .filter((route) => /^GET \/studio/.test(route) && !/\/(live|assets\/.*)$|\/caught/.test(route))
    .map((route) => route.slice('GET '.length));
  const fill = (url: string, id: string) =>
    url.replace('editions/:id', `editions/${id}`).replace(':article', '1').replace(/:\w+/g, String(story));
  const asked = encodeURIComponent(MARKED);
  const ways = ['mail', 'text', 'html', 'mjml', 'headers', 'raw', 'web'].flatMap((show) =>
    ['light', 'dark', 'forced', 'partial'].map((colours) => `show=${show}&colours=${colours}&pictures=off`),
  );
  return [
    ...plain.flatMap((url) => [fill(url, draft), fill(url, EDITION_ID)]),
    ...plain.map(
      (url) => `${fill(url, draft)}?q=${asked}&with=${asked}&address=${asked}&reader=${asked}&as=reader`,
    ),
    `/studio/readers?address=${READER}`,
    `/studio/editions/${EDITION_ID}/deliveries?address=${READER}`,
    `/studio/editions/${EDITION_ID}/correct?story=1`,
    `/studio/editions/${draft}?open=${story}`,
    ...ways.map((way) => `/studio/editions/${draft}/preview?${way}`),
    ...ways.map((way) => `/studio/editions/${draft}/preview?as=reader&reader=${READER}&${way}`),
  ];
}

/** Every element and attribute that could act, of those that are not the studio's own. */
function dangers(html: string): string[] {
  const found: string[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => {
      const said = `<${name} ${JSON.stringify(attributes)}>`;
      const isOwnScript = /^\/studio\/assets\/[\w-]+\.js\?v=/.test(attributes.src ?? '');
      if (
        name === 'script'
          ? !isOwnScript
          : /^(xss|object|embed|applet|math|base|frame)$/.test(name) && attributes.target !== '_blank'
      )
        found.push(said);
      if (name === 'iframe' && !/^(?!.*allow-scripts)allow-/.test(attributes.sandbox ?? '')) found.push(said);
      if (name === 'meta' && /^refresh|set-cookie$/i.test(attributes['http-equiv'] ?? '')) found.push(said);
      for (const [key, value] of Object.entries(attributes)) {
        if (/^on/i.test(key) || key === 'srcdoc') found.push(said);
        if (/^(href|src|action|formaction|background|poster|data)$/.test(key) && !isHarmless(value, key))
          found.push(said);
        if (key === 'style' && /expression|javascript:|xss/i.test(value)) found.push(said);
      }
    },
  });
  parser.end(html);
  return found;
}

function isHarmless(target: string, key: string): boolean {
  if (key === 'src' && target === 'data:,') return true;
  return target === '' || /^(https?:\/\/|\/(?!\/)|[?#]|mailto:)/.test(target) || target.startsWith('cid:');
}
