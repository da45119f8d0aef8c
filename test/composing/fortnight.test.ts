import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from '../../src/app.ts';
import { clockAt } from '../../src/base/clock.ts';
import { loadConfig } from '../../src/config/config.ts';
import { deliveryById } from '../../src/outbound/sent-mail.ts';
import { publish } from '../../src/publishing/publish.ts';
import { addReaders } from '../../src/subscribers/add-readers.ts';
import { type Random, randomFrom } from '../delivery/engine/random.ts';
import { settled } from '../delivery/engine/run-engine.ts';
import { SILENT } from '../delivery/fixture.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { address } from '../mail/sample.ts';

/**
 * Two weeks of two newsletters as they happened: articles on disk, the real pipeline, a relay; then every message is
 * read as a stranger would read it. Each story has words of its own that no other has, so what a mail holds of it can
 * be found wherever it hides.
 */

const DAYS = 14;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FIRST = Date.UTC(2026, 10, 9, 7);
const READERS = 24;
const STORIES_A_DAY = 6;
const SUBJECTS = ['baby-loss', 'illness', 'violence'];
const SECTIONS = ['royal', 'film', 'food'];

interface Told {
  readonly n: number;
  readonly tag: string | undefined;
  readonly day: number;
  readonly section: string;
}

interface Reader {
  readonly email: string;
  readonly mutes: readonly string[];
  readonly weekly: boolean;
}

interface Mail {
  readonly to: string;
  readonly raw: string;
  readonly parsed: ParsedMail;
  /** The reader's own web version. */
  readonly web: string;
}

const random = randomFrom(20261109);
const stories = Array.from({ length: DAYS * STORIES_A_DAY }, (_, n) => newStory(n, random));
const readers = Array.from({ length: READERS }, (_, n) => newReader(n, random));
const mails: Mail[] = [];
const pictures = new Map<string, number>();
const folder = mkdtempSync(join(tmpdir(), 'broadsheet-fortnight-'));

beforeAll(async () => {
  const server = await ScriptedServer.start();
  writeFileSync(join(folder, 'newsletters.yaml'), newsletters());
  mkdirSync(join(folder, 'articles'));
  const paper = await openPaper(server);
  for (let day = 0; day < DAYS; day += 1) {
    for (const story of stories.filter((one) => one.day === day)) await writeArticle(story);
    await paper.send('daily', FIRST + day * DAY);
    // The same news from another desk, the day after.
    for (const story of stories.filter((one) => one.day === day - 1)) await writeArticle(story, 'again');
    await paper.send('evening', FIRST + day * DAY + 11 * HOUR);
  }
  await paper.close();
  await server[Symbol.asyncDispose]();
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('over a fortnight of two newsletters', () => {
  test('nobody is sent a story twice, in whichever newsletter and by whichever desk', () => {
    const seen = new Set<string>();
    const twice: string[] = [];
    for (const { to, parsed } of mails) {
      for (const { n } of storiesIn(parsed.text ?? '')) {
        const key = `${to} story ${n}`;
        if (seen.has(key)) twice.push(key);
        seen.add(key);
      }
    }
    expect(twice).toEqual([]);
    // Enough went out for this to mean something.
    expect(mails.length).toBeGreaterThan(200);
    expect(seen.size).toBeGreaterThan(1000);
  });

  test('what a reader mutes is in no part of any mail to them, nor behind a link of it', () => {
    const found = mails.flatMap(({ to, raw, parsed, web }) => {
      const mutes = readers.find(({ email }) => email === to)?.mutes ?? [];
      const everything = [raw, parsed.subject, parsed.text, String(parsed.html), web]
        .join('\n')
        .toLowerCase();
      const hidden = stories
        .filter(({ tag }) => tag && mutes.includes(tag))
        .filter((one) => traces(one, everything));
      return hidden.map(({ n }) => `${to}: story ${n} in “${parsed.subject}”`);
    });
    expect(found).toEqual([]);
    const muting = new Set(readers.filter(({ mutes }) => mutes.length > 0).map(({ email }) => email));
    expect(mails.filter(({ to }) => muting.has(to)).length).toBeGreaterThan(60);
  });

  test('and that is no accident: those who mute nothing were sent just these stories, pictures and all', () => {
    const open = new Set(readers.filter(({ mutes }) => mutes.length === 0).map(({ email }) => email));
    const sent = mails.filter(({ to }) => open.has(to));
    for (const tag of SUBJECTS) {
      const told = stories.filter((story) => story.tag === tag);
      expect(told.some((story) => sent.some(({ raw }) => traces(story, raw.toLowerCase())))).toBe(true);
    }
    expect(pictures.size).toBeGreaterThan(20);
    const named = [...pictures.keys()].filter((file) =>
      sent.some(({ parsed }) => String(parsed.html).includes(file)),
    );
    expect(named.length).toBeGreaterThan(20);
  });

  test('those who want one a week get one a week from each newsletter, with what they had not had', () => {
    const weekly = readers.filter((reader) => reader.weekly && reader.mutes.length === 0);
    expect(weekly.length).toBeGreaterThan(1);
    for (const { email } of weekly) {
      const got = mails.filter(({ to }) => to === email);
      expect(got.length).toBeLessThanOrEqual(4);
      expect(got.length).toBeGreaterThan(1);
      expect(storiesIn(got[0]?.parsed.text ?? '').length).toBeGreaterThan(STORIES_A_DAY);
    }
  });
});

function newStory(n: number, { between }: Random): Told {
  const tag = between(1, 3) === 1 ? SUBJECTS[between(0, SUBJECTS.length - 1)] : undefined;
  return {
    n,
    tag,
    day: Math.floor(n / STORIES_A_DAY),
    section: SECTIONS[between(0, SECTIONS.length - 1)] ?? '',
  };
}

function newReader(n: number, { between }: Random): Reader {
  const mutes = n % 3 === 0 ? SUBJECTS.filter(() => between(1, 2) === 1) : [];
  return { email: `reader-${n}@readers.example`, mutes, weekly: n % 4 === 1 };
}

/** Letters only, and none that another number has: 0 is `qua`, 13 is `quibquod`. */
function word(n: number): string {
  const digits = ['qua', 'quib', 'quoc', 'quod', 'quef', 'quag', 'quih', 'quoj', 'quek', 'qual'];
  return [...String(n)].map((digit) => digits[Number(digit)]).join('');
}

/** True where a text holds a word of a story, its link, or a picture of it. */
function traces({ n }: Told, text: string): boolean {
  const own = new RegExp(`(?<![a-z])(zor|mir|lin|alt|by|cap)${word(n)}(?![a-z])`);
  return own.test(text) || [...pictures].some(([file, of]) => of === n && text.includes(file));
}

function storiesIn(text: string): Told[] {
  return stories.filter(({ n }) => new RegExp(`(?<![a-z])zor${word(n)}(?![a-z])`, 'i').test(text));
}

function newsletters(): string {
  const sections = SECTIONS.map(
    (name) => `      ${name}: { title: ${name}, when: { category: ${name} } }\n`,
  ).join('');
  const one = (id: string, schedule: string) =>
    `  ${id}:\n    title: The ${id}\n    schedule: "${schedule}"\n    sources: [desk]\n    sections:\n${sections}`;
  return `publisher: { name: Belle, postal_address: 12 Garden Row }
sources: { desk: { folder: articles } }
newsletters:
${one('daily', '0 7 * * *')}${one('evening', '0 18 * * *')}`;
}

async function writeArticle({ n, tag, day, section }: Told, desk = 'desk'): Promise<void> {
  const name = `lin${word(n)}`;
  const background = { r: (n * 37) % 256, g: (n * 91) % 256, b: (n * 53) % 256 };
  const picture = sharp({ create: { width: 640, height: 400, channels: 3, background } });
  if (desk === 'desk') await picture.jpeg().toFile(join(folder, 'articles', `${name}.jpg`));
  const hours = desk === 'desk' ? -2 : 26;
  writeFileSync(
    join(folder, 'articles', `${name}-${desk}.md`),
    `---
headline: Zor${word(n)} is seen in the garden by the ${desk}
standfirst: Nobody had thought that mir${word(n)} would say so.
date: ${new Date(FIRST + day * DAY + hours * HOUR).toISOString()}
author: By${word(n)}
categories: [${section}]
tags: [${tag ?? ''}]
picture: ${name}.jpg
picture_alt: Alt${word(n)} on a bench
picture_caption: Cap${word(n)}
---

It was a morning like any other, said mir${word(n)}, and the bench was wet. There was no more to it than that.
`,
  );
}

/** The application over all fourteen days, with a clock that is set to each slot. */
async function openPaper(server: ScriptedServer) {
  const environment = {
    DATA_DIR: folder,
    MAIL_FROM: 'news@paper.example',
    PUBLIC_URL: 'https://news.paper.example',
    SECRET_KEY: 'a-key-for-this-test-and-for-nothing-else',
    SMTP_URL: server.url,
  };
  let now = FIRST;
  const clock = { ...clockAt(FIRST), now: () => now };
  const app = await App.open(loadConfig(environment, join(folder, 'newsletters.yaml')), SILENT, clock);
  await subscribe(app);
  await app.startDelivery();
  const send = async (newsletterId: string, slot: number) => {
    now = slot;
    await app.collector.collect();
    await sameStories(app);
    const newsletter = app.config.newsletters.get(newsletterId);
    if (!newsletter) throw new Error(newsletterId);
    const { edition } = await publish(app.publishing, newsletter);
    if (edition.state !== 'frozen') throw new Error(`${edition.id} is ${edition.state}: ${edition.reason}`);
    await notePictures(app, edition.id);
    const before = server.received.length;
    await settled(app.db, edition.id);
    for (const { to, message } of server.received.slice(before))
      mails.push(await read(app, edition.id, to, message));
  };
  return { send, close: () => app.close() };
}

async function subscribe(app: App): Promise<void> {
  for (const newsletterId of ['daily', 'evening']) {
    const some = readers.filter((_, n) => newsletterId === 'daily' || n % 2 === 0);
    const list = some.map(({ email }) => ({ email: address(email), name: '', sections: null }));
    await addReaders(app.db, list, { newsletterId, origin: 'test', now: FIRST });
  }
  for (const { email, mutes, weekly } of readers) {
    await app.db
      .updateTable('subscribers')
      .set({ mutes: JSON.stringify(mutes) })
      .where('email', '=', email)
      .execute();
    const { id } = await app.db
      .selectFrom('subscribers')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow();
    const frequency = weekly ? 'weekly' : 'every';
    await app.db.updateTable('subscriptions').set({ frequency }).where('subscriber_id', '=', id).execute();
  }
}

/** Which articles tell one story is given: finding it out is tested where it is done. */
async function sameStories(app: App): Promise<void> {
  for (const { id, link } of await app.db.selectFrom('articles').select(['id', 'link']).execute()) {
    const story = stories.findIndex(({ n }) => link.includes(`/lin${word(n)}-`));
    await app.db
      .updateTable('articles')
      .set({ story_id: 1_000_000 + story, chapter: 0 })
      .where('id', '=', id)
      .execute();
  }
}

/** The files that an edition's pictures are kept in, by story. */
async function notePictures(app: App, editionId: string): Promise<void> {
  const edition = await app.db
    .selectFrom('editions')
    .select('content')
    .where('id', '=', editionId)
    .executeTakeFirstOrThrow();
  for (const { link, picture } of JSON.parse(edition.content ?? '{}').stories) {
    const story = stories.findIndex(({ n }) => String(link).includes(`/lin${word(n)}-`));
    for (const { url } of Object.values<{ url: string }>(picture?.cuts ?? {}))
      pictures.set(url.slice('media:'.length), story);
  }
}

async function read(app: App, editionId: string, to: string, message: Buffer): Promise<Mail> {
  const { id } = await app.db
    .selectFrom('deliveries')
    .select('id')
    .where('edition_id', '=', editionId)
    .where('email', '=', to)
    .executeTakeFirstOrThrow();
  const delivery = await deliveryById(app.db, id);
  const web = delivery ? await app.composer.personalVersion(delivery) : '';
  return { to, raw: message.toString('latin1'), parsed: await simpleParser(message), web };
}
