import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { TokenSigner } from '../../src/base/token.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { Newsletters } from '../../src/config/newsletters.ts';
import { claim } from '../../src/delivery/engine/claim.ts';
import { enqueue } from '../../src/delivery/ledger.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { MailComposer } from '../../src/outbound/mail-composer.ts';
import { deliveryById } from '../../src/outbound/sent-mail.ts';
import { mailLinks } from '../../src/outbound/site-links.ts';
import { noticeFacts } from '../../src/publishing/notice-facts.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { unsubscribe } from '../../src/subscribers/subscriber-store.ts';
import { pause, runEngine } from '../delivery/engine/run-engine.ts';
import { addActive, delivery, emails, frozen, NOW, subscriptionId, worker } from '../delivery/fixture.ts';
import { section } from '../editions/sample-article.ts';
import { openSqlite } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { newsletter, PUBLISHER } from '../mail/sample.ts';

const SECRET = 'a-secret-of-forty-characters-for-the-tests';

function composer(db: Database): MailComposer {
  const environment = {
    PUBLIC_URL: 'https://news.example',
    MAIL_FROM: 'The Daily <daily@paper.example>',
    SECRET_KEY: SECRET,
  };
  const newsletters = [
    newsletter({ greeting: 'Good morning', sections: [section('royals'), section('style')] }),
  ];
  const config: Config = { ...loadConfig(environment), newsletters: Newsletters.with(newsletters) };
  const links = mailLinks(config.publicUrl);
  const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links });
  const signer = new TokenSigner(config.secrets);
  return new MailComposer({ noticeFacts, db, config, clock: new ManualClock(NOW), links, renderer, signer });
}

test.each([
  ['Zoë O’Neill', ', Zoë O’Neill', ', Zoë O’Neill'],
  ["Ann O'Neill", ", Ann O'Neill", ', Ann O&#x27;Neill'],
  ['', '', ''],
  ['<script>alert(1)</script>', '', ''],
  ['www.evil.example', '', ''],
])('a reader called %j is greeted so in every part, and in their web version', async (name, plain, html) => {
  await using store = await openSqlite();
  await frozen(store.db, 1);
  await store.db.updateTable('subscribers').set({ name }).execute();
  const press = composer(store.db);
  const [one] = await claim(store.db, worker(), 1, NOW);
  if (!one) throw new Error('one was prepared');
  const { raw } = await press.compose(one);
  const parsed = await simpleParser(raw, { skipTextToHtml: true });
  expect(parsed.text).toContain(`Good morning${plain}.`);
  expect(parsed.html).toContain(`Good morning${html}.`);
  expect(parsed.subject).not.toContain('Neill');
  const again = await deliveryById(store.db, one.id);
  expect(again && (await press.personalVersion(again))).toContain(`Good morning${html}.`);
});

test('who has just left gets the goodbye through the ledger, with the way back, and who came to be erased does not', async () => {
  await using store = await openSqlite();
  await using server = await ScriptedServer.start();
  const [left = '', erased = ''] = emails(2);
  await addActive(store.db, emails(2));
  for (const email of [left, erased]) {
    const evidence = { origin: 'site', wording: 'Unsubscribe me', now: NOW };
    const id = await subscriptionId(store.db, email);
    await unsubscribe(store.db, id, evidence, (trx, of, kind) => enqueue(trx, of, kind, NOW));
  }
  await store.db.updateTable('deliveries').set({ email: 'erased' }).where('email', '=', erased).execute();
  const press = composer(store.db);
  await using _engine = runEngine(store.db, server, { compose: (one) => press.compose(one) });
  for (let tries = 0; tries < 100 && (await delivery(store.db, 1)).state !== 'accepted'; tries += 1)
    await pause(50);
  expect([await delivery(store.db, 1), await delivery(store.db, 2)]).toMatchObject([
    { state: 'accepted', kind: 'goodbye' },
    { state: 'cancelled', detail: 'erased' },
  ]);
  expect(server.received.map(({ to }) => to)).toEqual([left]);
  const parsed = await simpleParser(server.received[0]?.message ?? '', { skipTextToHtml: true });
  expect(parsed.subject).toBe('You’ve unsubscribed from The Daily Curtsey');
  expect(parsed.text).toMatch(/https:\/\/news\.example\/preferences\/[\w-]{38}/);
});
