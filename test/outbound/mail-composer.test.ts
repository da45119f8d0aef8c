import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { tagIn } from '../../src/base/text/address.ts';
import { fromCaseless, TokenSigner } from '../../src/base/token.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { Newsletters } from '../../src/config/newsletters.ts';
import { freezeAudience } from '../../src/delivery/audience/audience.ts';
import { claim } from '../../src/delivery/engine/claim.ts';
import { enqueue } from '../../src/delivery/ledger.ts';
import { EVERYTHING, select } from '../../src/editions/selection.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { MailComposer } from '../../src/outbound/mail-composer.ts';
import { slotValues } from '../../src/outbound/personal-parts.ts';
import { mailLinks } from '../../src/outbound/site-links.ts';
import { noticeFacts } from '../../src/publishing/notice-facts.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { addActive, draft, emails, frozen, NOW, subscriptionId, worker } from '../delivery/fixture.ts';
import { section } from '../editions/sample-article.ts';
import { openSqlite } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { address, newsletter, PUBLISHER, story } from '../mail/sample.ts';

const HOUR = 3_600_000;
const SECRET = 'a-secret-of-forty-characters-for-the-tests';

function composer(db: Database, changes: Partial<Config> = {}, clock = new ManualClock(NOW)): MailComposer {
  const environment = {
    PUBLIC_URL: 'https://news.example',
    MAIL_FROM: 'The Daily <daily@paper.example>',
    SECRET_KEY: SECRET,
  };
  const config: Config = {
    ...loadConfig(environment),
    newsletters: Newsletters.with([newsletter({ sections: [section('royals'), section('style')] })]),
    ...changes,
  };
  const links = mailLinks(config.publicUrl);
  const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links });
  return new MailComposer({
    noticeFacts,
    db,
    config,
    clock,
    links,
    renderer,
    signer: new TokenSigner(config.secrets),
  });
}

const withoutDate = (raw: Buffer) => raw.toString('latin1').replace(/^Date: .*\r\n/m, '');

test('a delivery’s message is the same bytes on every attempt, after a restart too, except for its date', async () => {
  await using store = await openSqlite();
  await frozen(store.db, 2);
  const [first, second] = await claim(store.db, worker(), 2, NOW);
  if (!first || !second) throw new Error('two were prepared');
  const clock = new ManualClock(NOW);
  const press = composer(store.db, {}, clock);
  const one = await press.compose(first);
  const again = await press.compose(first);
  clock.advance(HOUR);
  const later = await press.compose(first);
  const restarted = await composer(store.db).compose(first);
  expect(again.raw.equals(one.raw)).toBe(true);
  expect(later.raw.equals(one.raw)).toBe(false);
  expect(withoutDate(later.raw)).toBe(withoutDate(one.raw));
  expect(restarted.raw.equals(one.raw)).toBe(true);
  expect(withoutDate((await press.compose(second)).raw)).not.toBe(withoutDate(one.raw));
});

test('the message is addressed to the reader, and its links are theirs', async () => {
  await using store = await openSqlite();
  await frozen(store.db, 2);
  const press = composer(store.db);
  const mails = [];
  for (const one of await claim(store.db, worker(), 2, NOW)) {
    const mail = await press.compose(one);
    const parsed = await simpleParser(mail.raw);
    expect([mail.to, parsed.to]).toMatchObject([one.email, { text: one.email }]);
    expect(mail.from).toBe('daily@paper.example');
    expect(parsed.html).toContain(
      `https://news.example/u/${slotValues(new TokenSigner([SECRET]), one).unsubscribe}`,
    );
    mails.push(parsed);
  }
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(2);
  expect(mails[0]?.messageId).toMatch(/^<[\w-]+@paper\.example>$/);
});

test('a letter is in the language its reader chose, and in the newsletter’s for the others', async () => {
  await using store = await openSqlite();
  await addActive(store.db, emails(3));
  await store.db
    .updateTable('subscribers')
    .set({ language: 'de' })
    .where('email', '=', emails(3)[1] ?? '')
    .execute();
  for (const email of emails(3))
    await enqueue(store.db, await subscriptionId(store.db, email), 'welcome', NOW);
  const press = composer(store.db);
  const subjects = [];
  for (const one of await claim(store.db, worker(), 3, NOW))
    subjects.push((await simpleParser((await press.compose(one)).raw)).subject);
  expect(subjects).toEqual([
    'Welcome to The Daily Curtsey',
    'Willkommen bei The Daily Curtsey',
    'Welcome to The Daily Curtsey',
  ]);
});

test('a preview of a reader’s mail is byte for byte what the relay gets for that reader', async () => {
  await using store = await openSqlite();
  await addActive(store.db, emails(1, 'royals.example'), ['royals']);
  const edition = await frozen(store.db, 1);
  const press = composer(store.db);
  for (const one of await claim(store.db, worker(), 2, NOW)) {
    const sections = one.email.endsWith('@royals.example') ? ['royals'] : null;
    const selection = select(edition.content, { ...EVERYTHING, sections });
    const preview = await press.preview(edition, { ...one, selection });
    expect(preview.raw.equals((await press.compose(one)).raw)).toBe(true);
  }
});

test('with a bounce domain every delivery has a sender of its own, the same each time, that survives lower case', async () => {
  await using store = await openSqlite();
  await frozen(store.db, 2);
  const press = composer(store.db, { bounceDomain: 'bounce.example' });
  const claims = await claim(store.db, worker(), 2, NOW);
  const senders = [];
  for (const one of [...claims, ...claims]) senders.push((await press.compose(one)).from);
  expect(new Set(senders).size).toBe(2);
  expect(senders.slice(2)).toEqual(senders.slice(0, 2));
  const signer = new TokenSigner([SECRET]);
  for (const [at, sender] of senders.slice(0, 2).entries()) {
    expect(sender).toMatch(/^b\+[0-9a-f]+@bounce\.example$/);
    expect(sender.indexOf('@')).toBeLessThanOrEqual(64);
    const token = Buffer.from(sender.slice(2, sender.indexOf('@')), 'hex').toString('base64url');
    expect(signer.verifyDelivery('bounce', token)).toEqual({
      publicId: claims[at]?.publicId,
      row: claims[at]?.id,
    });
  }
});

test('where readers may unsubscribe by mail, each mail names an address that means its own reader', async () => {
  await using store = await openSqlite();
  await frozen(store.db, 2);
  const mailbox = address('unsubscribe@in.example');
  const press = composer(store.db, { inbound: { address: mailbox, host: '127.0.0.1', port: undefined } });
  for (const one of await claim(store.db, worker(), 2, NOW)) {
    const raw = (await press.compose(one)).raw.toString('latin1');
    const [, link = '', to = ''] =
      /^List-Unsubscribe: <http\S+\/u\/(\S+)>, <mailto:(\S+)\?subject=unsubscribe>\r$/m.exec(raw) ?? [];
    expect(fromCaseless(tagIn(to, mailbox) ?? '')).toBe(link);
    expect(new TokenSigner([SECRET]).verify('unsubscribe', link)).toMatchObject({
      publicId: one.subscriptionPublicId,
    });
  }
});

test('readers of one variant share its rendering, kept with it, whatever the template says later', async () => {
  await using store = await openSqlite();
  await addActive(store.db, emails(2, 'royals.example'), ['royals']);
  await addActive(store.db, emails(1, 'style.example'), ['style']);
  const stories = [
    story(0, { headline: 'Royal news' }),
    story(1, { sectionId: 'style', headline: 'Style news' }),
  ];
  await freezeAudience(store.db, await draft(store.db, { stories }), NOW);
  const press = composer(store.db);
  const texts = [];
  for (const one of await claim(store.db, worker(), 3, NOW))
    texts.push((await simpleParser((await press.compose(one)).raw)).text ?? '');
  const told = texts.map((text) =>
    ['Royal news', 'Style news'].filter((headline) => text.includes(headline)),
  );
  expect(told).toEqual([['Royal news'], ['Royal news'], ['Style news']]);
  const kept = await store.db.selectFrom('variants').select('mail').execute();
  expect(kept.map(({ mail }) => typeof mail)).toEqual(['string', 'string']);
});

test('two processes that render a variant at once agree on one', async () => {
  await using store = await openSqlite();
  await frozen(store.db, 1);
  const [one] = await claim(store.db, worker(), 1, NOW);
  if (!one) throw new Error('one was prepared');
  const [a, b] = await Promise.all([composer(store.db).compose(one), composer(store.db).compose(one)]);
  expect(a.raw.equals(b.raw)).toBe(true);
});

test('a confirmation says nothing that came from whoever typed the address: no name, whatever it is', async () => {
  await using store = await openSqlite();
  await addActive(store.db, emails(1));
  await store.db.updateTable('subscriptions').set({ state: 'pending' }).execute();
  await store.db.updateTable('subscribers').set({ name: 'Wilhelmina Spam' }).execute();
  const newsletters = [newsletter({ greeting: 'Good morning', sections: [section('royals')] })];
  await enqueue(store.db, await subscriptionId(store.db, emails(1)[0] ?? ''), 'confirmation', NOW);
  const [one] = await claim(store.db, worker(), 1, NOW);
  if (!one) throw new Error('one was asked for');
  expect(one.name).toBe('Wilhelmina Spam');
  const { html, text, headerLines } = await simpleParser(
    (await composer(store.db, { newsletters: Newsletters.with(newsletters) }).compose(one)).raw,
  );
  for (const part of [html, text, JSON.stringify(headerLines)]) expect(part).not.toMatch(/Wilhelmina|Spam/);
});

test('a confirmation carries the link to confirm, dated by the asking', async () => {
  await using store = await openSqlite();
  await addActive(store.db, emails(1));
  await store.db.updateTable('subscriptions').set({ state: 'pending' }).execute();
  await enqueue(store.db, await subscriptionId(store.db, emails(1)[0] ?? ''), 'confirmation', NOW);
  const [one] = await claim(store.db, worker(), 1, NOW);
  if (!one) throw new Error('one was prepared');
  const press = composer(store.db, {}, new ManualClock(NOW + HOUR));
  const parsed = await simpleParser((await press.compose(one)).raw);
  const token = /\/confirm\/([\w-]+)/.exec(parsed.text ?? '')?.[1] ?? '';
  const signer = new TokenSigner([SECRET]);
  expect(signer.verify('confirm', token)).toEqual({
    publicId: one.subscriptionPublicId,
    issuedAt: Math.floor(NOW / 1000) * 1000,
  });
});

test('a newsletter that is gone from the configuration is named, with what to do', async () => {
  await using store = await openSqlite();
  await frozen(store.db, 1);
  const [one] = await claim(store.db, worker(), 1, NOW);
  if (!one) throw new Error('one was prepared');
  await expect(composer(store.db, { newsletters: Newsletters.with([]) }).compose(one)).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining('"daily"'),
    hint: expect.stringContaining('Put it back'),
  });
});
