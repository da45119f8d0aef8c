import { Parser } from 'htmlparser2';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { TokenSigner } from '../../src/base/token.ts';
import { loadConfig } from '../../src/config/config.ts';
import { Newsletters } from '../../src/config/newsletters.ts';
import { freezeAudience } from '../../src/delivery/audience/audience.ts';
import { cancelEdition } from '../../src/delivery/control.ts';
import { editionStatus } from '../../src/delivery/progress.ts';
import { registerNewsletters } from '../../src/editions/store/newsletter-store.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { MailComposer } from '../../src/outbound/mail-composer.ts';
import { mailLinks } from '../../src/outbound/site-links.ts';
import { noticeFacts } from '../../src/publishing/notice-facts.ts';
import { publishDue } from '../../src/publishing/publish.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { FastClock } from '../delivery/engine/fast-clock.ts';
import { runEngine, settled } from '../delivery/engine/run-engine.ts';
import {
  addActive,
  attempts,
  deliveries,
  draft,
  emails,
  frozen,
  messageId,
  NOW,
} from '../delivery/fixture.ts';
import { section } from '../editions/sample-article.ts';
import { backup } from '../helpers/backup.ts';
import { eachDatabase, openSqlite } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { newsletter, PUBLISHER, story } from '../mail/sample.ts';
import { DAILY, DAY, HOUR, news, press, SLOT } from '../publishing/press.ts';

type Renderer = ReturnType<typeof createRenderer>;
const links = mailLinks('https://news.example');
const renderer = (): Renderer => createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links });

function composer(db: Database, drawing: Renderer = renderer()): MailComposer {
  const environment = { PUBLIC_URL: 'https://news.example', MAIL_FROM: 'daily@paper.example' };
  const config = {
    ...loadConfig({ ...environment, SECRET_KEY: 'a-secret-of-forty-characters-for-the-tests' }),
    newsletters: Newsletters.with([newsletter({ sections: [section('royals'), section('style')] })]),
  };
  const clock = new ManualClock(NOW);
  return new MailComposer({
    noticeFacts,
    db,
    config,
    clock,
    links,
    renderer: drawing,
    signer: new TokenSigner(config.secrets),
  });
}

const POISON = [
  story(0, { headline: 'קרא עוד \u202eתרגום\u202c 👑🏽‍♀️', standfirst: 'مرحبا '.repeat(2_000) }),
  story(1, {
    headline: '</title><script>{{#each this}}{{{slot}}} %%unsubscribe%%',
    standfirst: '\r\n.\r\nQUIT\r\n',
  }),
  story(2, { headline: 'W'.repeat(5_000), standfirst: '<![CDATA[ <mj-raw> ]]> &#0; \u0000' }),
  story(3, { picture: { url: 'https://paper.example/%ff"><img src=x onerror=x>', alt: '"', caption: '' } }),
];

test('F18: poison articles make a whole mail or none: each arrives complete, with its way out', async () => {
  await using store = await openSqlite();
  await using server = await ScriptedServer.start();
  await addActive(store.db, emails(6));
  const edition = await draft(store.db, { stories: POISON });
  await freezeAudience(store.db, edition, NOW);
  const mails = composer(store.db);
  await using _ = runEngine(store.db, server, { compose: (claim) => mails.compose(claim) });
  expect(await settled(store.db, edition.id)).toMatchObject({ deliveries: { accepted: 6 } });
  for (const { message } of server.received) {
    const { html, text, headers } = await simpleParser(message);
    expect(html).toMatch(/<\/html>\s*$/);
    expect(tagsAndAttributes(html || '').filter((name) => /^(script|on.*)$/.test(name))).toEqual([]);
    expect(text).toContain('https://news.example/u/');
    expect(headers.has('list')).toBe(true);
    expect(message.toString('latin1')).toMatch(/\r\n--[^\r\n]+--\r\n$/);
  }
  expect(server.lines).not.toContain('QUIT');
});

function tagsAndAttributes(html: string): string[] {
  const names: string[] = [];
  const reader = new Parser({
    onopentag: (name, attributes) => names.push(name, ...Object.keys(attributes)),
  });
  reader.end(html);
  return names;
}

test('F18: a template that throws sends nothing, and everything when it is mended', async () => {
  await using store = await openSqlite();
  await using server = await ScriptedServer.start();
  using clock = new FastClock(NOW, 300);
  const { id } = await frozen(store.db, 6);
  const broken = new Proxy(renderer(), {
    get: () => () => {
      throw new Error('Parse error on line 7');
    },
  });
  let mails = composer(store.db, broken);
  await using _ = runEngine(store.db, server, { clock, compose: (claim) => mails.compose(claim) });
  await expect.poll(async () => (await attempts(store.db)).length).toBeGreaterThanOrEqual(6);
  expect(server.received).toEqual([]);
  expect((await attempts(store.db))[0]?.reply).toBe('could not be composed: Parse error on line 7');
  mails = composer(store.db);
  expect(await settled(store.db, id)).toMatchObject({ deliveries: { accepted: 6 }, possibleSecondCopies: 0 });
});

eachDatabase((open) => {
  test('F19: empty, unchanged, future and doubled feeds make no empty edition and tell nothing twice', async () => {
    await using store = await open();
    await addActive(store.db, emails(2));
    const desk = await press(store.db, SLOT);
    expect(await publishDue(desk)).toMatchObject([{ edition: { state: 'empty' } }]);
    desk.clock.advance(DAY);
    const first = news(0, SLOT + DAY - HOUR);
    const again = { ...first, link: 'https://another.example/0' };
    const tomorrow = news(1, SLOT + 2 * DAY - HOUR);
    desk.offer(first, again, first, tomorrow);
    const [told] = await publishDue(desk);
    expect(told?.edition.content?.stories).toHaveLength(1);
    desk.clock.advance(DAY);
    desk.offer(first, again);
    const [next] = await publishDue(desk);
    expect(next?.edition.content?.stories.map(({ link }) => link)).toEqual([tomorrow.link]);
    desk.clock.advance(DAY);
    desk.offer(first, again, tomorrow);
    expect(await publishDue(desk)).toMatchObject([{ edition: { state: 'empty' } }]);
    expect(await deliveries(store.db)).toHaveLength(4);
  });
});

test('F22: a backup from before a run sends it again, unlisted, with the same Message-IDs; one from after sends nothing', async () => {
  await using store = await openSqlite();
  await using server = await ScriptedServer.start();
  const { id } = await frozen(store.db, 10);
  await using before = await backup(store.db);
  await using cancelled = await backup(store.db);
  {
    await using _ = runEngine(store.db, server);
    await settled(store.db, id);
  }
  await using after = await backup(store.db);
  // What the operator does who restores such a backup, before anything is started.
  expect(await cancelEdition(cancelled.db, id, { code: 'cancelled', by: 'the operator' }, NOW)).toBe(10);
  for (const { db } of [after, cancelled]) {
    await using _ = runEngine(db, server);
    await settled(db, id);
    expect(server.received).toHaveLength(10);
  }
  await using _ = runEngine(before.db, server);
  expect(await settled(before.db, id)).toMatchObject({ possibleSecondCopies: 0 });
  expect(server.received).toHaveLength(20);
  for (const email of emails(10)) {
    const [one, other] = server.copiesOf(email).map(({ message }) => messageId(message));
    expect(other).toBe(one);
  }
});

test('F22: an edition that a restored backup does not know is not made again once it is too late to catch up', async () => {
  await using store = await openSqlite();
  await addActive(store.db, emails(3));
  await registerNewsletters(store.db, [DAILY], SLOT - DAY);
  await using yesterdays = await backup(store.db);
  const desk = await press(yesterdays.db, SLOT + DAILY.catch_up_within + 1);
  desk.offer(news(0, SLOT - HOUR));
  expect(await publishDue(desk)).toEqual([]);
  expect(await deliveries(yesterdays.db)).toEqual([]);
  expect(await editionStatus(yesterdays.db, 'daily-20261122T0700Z')).toMatchObject({ state: 'missed' });
});
