import { DatabaseSync } from 'node:sqlite';
import type { Article, CollectedArticle } from '../src/articles/article.ts';
import { saveArticles } from '../src/articles/sources/save-articles.ts';
import { clockAt, DAY_MS, HOUR_MS } from '../src/base/clock.ts';
import { createLog } from '../src/base/log.ts';
import { verdictOf } from '../src/checks/check-edition.ts';
import { parseNewsletters } from '../src/config/newsletters.ts';
import { registerNewsletters } from '../src/editions/store/newsletter-store.ts';
import { publish } from '../src/publishing/publish.ts';
import { migrate, openDatabase } from '../src/storage/database.ts';
import type { Database } from '../src/storage/schema/schema.ts';
import { answer } from './child.ts';
import { databaseFile, SLOT, withFolder } from './newsroom.ts';
import { countRepeats } from './repeats-query.ts';

/**
 * Fourteen days of two newsletters that share readers and stories: thousands of choices, mutes, weekly readers, stories
 * that come back by another source and with news. Frozen through the real path; then somebody else counts.
 */

export interface FortnightRun {
  readonly editions: number;
  readonly deliveries: number;
  /** Distinct selections of one edition, at the most. */
  readonly variants: number;
  readonly storiesSent: number;
  readonly repeats: number;
  readonly muted: number;
  /** The slowest freeze, everything included. */
  readonly secondsToFreeze: number;
}

const DAYS = 14;
const SECTIONS = Array.from({ length: 11 }, (_, n) => `desk-${n}`);
const EVENTS_A_DAY = 26;
const CHOICES = 2_000;
const MUTES = ['baby-loss', 'illness', 'violence'];
const FIRST = SLOT - (DAYS - 1) * DAY_MS;

const FILE = `
publisher: { name: Bench, postal_address: Here }
sources: { desk: { folder: . }, wire: { folder: . } }
newsletters:
${['daily', 'evening'].map(newsletter).join('')}`;

function newsletter(id: string): string {
  const sections = SECTIONS.map((name) => `      ${name}: { title: ${name}, when: { category: ${name} } }\n`);
  return `  ${id}:
    title: ${id}
    schedule: "0 ${id === 'daily' ? 7 : 18} * * *"
    sources: [desk, wire]
    limits: { stories: 40 }
    sections:
${sections.join('')}`;
}

await answer<{ readers: number }>(({ readers }) =>
  withFolder(async (folder): Promise<FortnightRun> => {
    const db = await openDatabase(`sqlite:${databaseFile(folder)}`);
    await migrate(db);
    const { newsletters, sources } = parseNewsletters(FILE, 'newsletters.yaml');
    await registerNewsletters(db, newsletters, FIRST - DAY_MS);
    addReaders(databaseFile(folder), readers);
    let secondsToFreeze = 0;
    let editions = 0;
    for (let day = 0; day < DAYS; day += 1) {
      for (const one of newsletters) {
        const now = FIRST + day * DAY_MS + (one.id === 'daily' ? 0 : 11 * HOUR_MS);
        const deps = {
          ...{ db, newsletters, sources, clock: clockAt(now), log: createLog('silent', false) },
          tagged: async (articles: readonly Article[]) => articles.map(tag),
          illustrate: async () => ({ pictures: new Map(), refused: [] }),
          collect: async () => collect(db, day, now),
          check: async () => verdictOf([]),
        };
        const began = performance.now();
        const { edition } = await publish(deps, one);
        secondsToFreeze = Math.max(secondsToFreeze, (performance.now() - began) / 1000);
        if (edition.state === 'frozen') editions += 1;
        settle(databaseFile(folder), edition.id);
      }
      console.error(
        `  day ${day + 1} of ${DAYS}: ${secondsToFreeze.toFixed(1)} s for the slowest edition so far`,
      );
    }
    await db.destroy();
    return { editions, secondsToFreeze, ...countRepeats(databaseFile(folder)) };
  }),
);

/** Every event by two sources, the second one a day late; every third has news on the third day. The link says which. */
async function collect(db: Database, day: number, now: number): Promise<[]> {
  const tell = (event: number, chapter: number, source: string): CollectedArticle => ({
    link: `https://paper.example/${event}/${chapter}/${source}`,
    headline: `${source} ${event} ${chapter}`,
    standfirst: '',
    paragraphs: [],
    author: '',
    categories: [SECTIONS[event % SECTIONS.length] ?? ''],
    tags: [],
    picture: null,
    language: 'en',
    publishedAt: now - HOUR_MS,
    dated: true,
  });
  const of = (of: number) => Array.from({ length: EVENTS_A_DAY }, (_, n) => of * EVENTS_A_DAY + n);
  await saveArticles(
    db,
    'desk',
    of(day).map((event) => tell(event, 0, 'desk')),
    now,
  );
  const late = [
    ...of(day - 1).map((event) => tell(event, 0, 'wire')),
    ...of(day - 2)
      .filter((event) => event % 3 === 0)
      .map((event) => tell(event, 1, 'wire')),
  ];
  await saveArticles(
    db,
    'wire',
    late.filter(({ link }) => !link.includes('/-')),
    now,
  );
  // Which articles tell one story is given here: finding it out has a measure of its own.
  const articles = await db.selectFrom('articles').select(['id', 'link']).execute();
  for (const { id, link } of articles) {
    const [event, chapter] = link.split('/').slice(3);
    await db
      .updateTable('articles')
      .set({ story_id: 1_000_000 + Number(event), chapter: Number(chapter) })
      .where('id', '=', id)
      .execute();
  }
  return [];
}

/** One event in seven is about something that hurts. */
function tag(article: Article): Article {
  const event = Number(article.link.split('/')[3]);
  const subject = event % 7 === 0 ? MUTES[(event / 7) % MUTES.length] : undefined;
  return subject ? { ...article, tags: [subject] } : article;
}

/** Most in the first newsletter, a third in both; one in ten weekly, one in eight with something muted. */
function addReaders(file: string, count: number): void {
  const database = new DatabaseSync(file);
  database.exec('begin; create temp table choices (n integer primary key, sections text)');
  const choose = database.prepare('insert into choices values (?, ?)');
  for (let n = 0; n < CHOICES; n += 1)
    choose.run(n, JSON.stringify(SECTIONS.filter((_, bit) => (n + 1) & (1 << bit))));
  database
    .prepare(
      `with recursive number(n) as (select 1 union all select n + 1 from number where n < ?)
       insert into subscribers (id, public_id, email, email_key, name, created_at, mutes)
       select n, lower(hex(randomblob(8))), printf('reader-%07d@readers.example', n), printf('reader-%07d@readers.example', n), '', 0,
              case when n % 8 = 0 then '["' || (case n / 8 % 3 when 0 then 'baby-loss' when 1 then 'illness' else 'violence' end) || '"]' else '[]' end
       from number`,
    )
    .run(count);
  for (const [newsletter, share] of [
    ['daily', 1],
    ['evening', 3],
  ] as const)
    database
      .prepare(
        `insert into subscriptions (public_id, subscriber_id, newsletter_id, state, sections, frequency, created_at, confirmed_at)
         select lower(hex(randomblob(8))), id, ?, 'active', (select sections from choices where n = subscribers.id % ${CHOICES}),
                case when id % 10 = 3 then 'weekly' else 'every' end, 0, 0
         from subscribers where id % ${share} = 0`,
      )
      .run(newsletter);
  database.exec('commit');
  database.close();
}

/** As a real run leaves them: most accepted, some refused, some uncertain. */
function settle(file: string, editionId: string): void {
  const database = new DatabaseSync(file);
  database
    .prepare(
      `update deliveries set state = case when id % 61 = 0 then 'rejected' when id % 97 = 0 then 'uncertain' else 'accepted' end
       where edition_id = ?`,
    )
    .run(editionId);
  database.close();
}
