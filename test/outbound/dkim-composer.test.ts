import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { parseAddress } from '../../src/base/text/address.ts';
import { TokenSigner } from '../../src/base/token.ts';
import type { Config, DkimConfig } from '../../src/config/config.ts';
import { Newsletters } from '../../src/config/newsletters.ts';
import { signUpSchema, withDisposableDomains } from '../../src/config/sign-up-config.ts';
import { ourVocabulary } from '../../src/config/vocabulary.ts';
import { claim } from '../../src/delivery/engine/claim.ts';
import { selectAll } from '../../src/editions/selection.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { MailComposer } from '../../src/outbound/mail-composer.ts';
import { mailLinks } from '../../src/outbound/site-links.ts';
import { noticeFacts } from '../../src/publishing/notice-facts.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { relaxedBody } from '../../src/transport/dkim/dkim-canonical.ts';
import { frozen, NOW, worker } from '../delivery/fixture.ts';
import { tagsOf, verifyStrictly } from '../fixtures/dkim/strict-verifier.ts';
import { openSqlite } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { address, newsletter, PUBLISHER } from '../mail/sample.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PUBLISHED = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const DKIM: DkimConfig = { domain: 'paper.example', keys: [{ selector: 's1', privateKey }] };

test('what the composer hands to the relay, and what it shows, is signed at that moment', async () => {
  await using store = await openSqlite();
  const edition = await frozen(store.db, 1);
  const [delivery] = await claim(store.db, worker(), 1, NOW);
  if (!delivery) throw new Error('one was prepared');
  const press = composer(store.db, DKIM);
  const { raw } = await press.compose(delivery);
  const [verdict, ...more] = verifyStrictly(raw, { s1: publicKey });
  expect([verdict?.verdict, more]).toEqual(['pass', []]);
  for (const name of ['list-unsubscribe', 'list-unsubscribe-post', 'feedback-id'])
    expect(verdict?.names).toContain(name);
  const [field = ''] = raw.toString('latin1').split(/\r\n(?![ \t])/);
  expect(tagsOf(field).get('t')).toBe(String(Math.floor(NOW / 1000)));
  const preview = await press.preview(edition, { ...delivery, selection: selectAll(edition.content) });
  expect(verifyStrictly(preview.raw, { s1: publicKey }).map((one) => one.verdict)).toEqual(['pass']);
});

test('mail to an address with letters beyond ASCII is signed as it goes out', async () => {
  await using store = await openSqlite();
  await frozen(store.db, 1);
  const [delivery] = await claim(store.db, worker(), 1, NOW);
  const parsed = parseAddress('jürgen@paper.example', { world: true });
  if (!delivery || !parsed.ok) throw new Error('one was prepared');
  const { raw } = await composer(store.db, DKIM).compose({ ...delivery, email: parsed.address });
  expect(raw.toString()).toContain('\r\nTo: jürgen@paper.example\r\n');
  expect(verifyStrictly(raw, { s1: publicKey }).map((one) => one.verdict)).toEqual(['pass']);
  const { results } = await dkimVerify(raw, { resolver: async () => [[`v=DKIM1; k=rsa; p=${PUBLISHED}`]] });
  expect(results.map(({ status }) => status.result)).toEqual(['pass']);
});

test('a real edition’s body is its own relaxed form', async () => {
  await using store = await openSqlite();
  await frozen(store.db, 1);
  const [delivery] = await claim(store.db, worker(), 1, NOW);
  if (!delivery) throw new Error('one was prepared');
  const { raw } = await composer(store.db, undefined).compose(delivery);
  expect(raw.toString('latin1')).not.toMatch(/^DKIM-Signature:/im);
  const body = raw.subarray(raw.indexOf('\r\n\r\n') + 4);
  expect(relaxedBody(body).equals(body)).toBe(true);
});

test('a key that cannot sign lets nothing start', async () => {
  await using store = await openSqlite();
  const { n = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const broken = createPrivateKey({ key: { ...privateKey.export({ format: 'jwk' }), n }, format: 'jwk' });
  expect(createPublicKey(broken).equals(publicKey)).toBe(false);
  const start = () =>
    composer(store.db, { domain: 'paper.example', keys: [{ selector: 's1', privateKey: broken }] });
  expect(start).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

function composer(db: Database, dkim: DkimConfig | undefined): MailComposer {
  const config: Config = {
    pace: { receivers: {} },
    signUp: withDisposableDomains(signUpSchema.parse({}), ''),
    publisher: PUBLISHER,
    sources: [],
    subjects: [],
    vocabulary: ourVocabulary(),
    newsletters: Newsletters.with([
      newsletter({
        sections: [
          { id: 'royals', title: 'Royals', light: false, when: { source: [], category: [], keyword: [] } },
        ],
      }),
    ]),
    publicUrl: 'https://news.example',
    host: '127.0.0.1',
    port: 0,
    databaseUrl: '',
    dataDir: '',
    smtpUrl: undefined,
    smtpConnections: 5,
    mailFrom: { name: 'The Daily', address: address('daily@paper.example') },
    replyTo: undefined,
    bounceDomain: undefined,
    dkim,
    secrets: ['a secret of some length for the tests'],
    studioPassword: undefined,
    trustProxy: undefined,
    logLevel: 'silent',
    baseDir: '',
  };
  const links = mailLinks(config.publicUrl);
  const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links });
  const clock = new ManualClock(NOW);
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
