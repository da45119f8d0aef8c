import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../src/app.ts';
import { systemClock } from '../src/base/clock.ts';
import { createLog } from '../src/base/log.ts';
import { endsWeek, lastSlot } from '../src/composing/schedule.ts';
import { type Config, loadConfig } from '../src/config/config.ts';
import { LAYOUTS, type NewsletterConfig, Newsletters, WEEKDAYS } from '../src/config/newsletters.ts';
import { publish } from '../src/publishing/publish.ts';
import type { DeliveryState } from '../src/storage/schema/schema.ts';
import { type DkimRecord, recordOf } from '../src/transport/dkim/dkim-record.ts';
import { startCatcher } from '../src/transport/inbound/catcher.ts';
import { type CaughtMail, CaughtMails } from '../src/transport/inbound/caught-mails.ts';
import { addOurReaders, writeLetters } from './readers.ts';
import type { SentMessage } from './verdict.ts';

/** What the judges look at: mail that the application sent, and the site its links lead to. */
export interface Sent {
  readonly messages: readonly SentMessage[];
  /** Of the key that signed them. */
  readonly record: DkimRecord;
  readonly app: App;
  /** Where the site that `PUBLIC_URL` names really listens. */
  readonly site: string;
}

const PUBLIC_URL = 'https://news.broadsheet.example';
const UNDER_WAY: readonly DeliveryState[] = ['waiting', 'claimed', 'transmitting'];
const LOOK_EVERY_MS = 100;
const GIVE_UP_AFTER_MS = 60_000;

/**
 * Sends an edition in each layout, to very different readers, and every letter, as an operator's installation would:
 * signed, through the ledger, over SMTP. The site runs as long as the work does.
 */
export async function withSentMail<T>(work: (sent: Sent) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-judge-'));
  const caught = new CaughtMails(join(folder, 'caught'));
  const catcher = await startCatcher({ port: 0, caught, clock: systemClock });
  try {
    const config = await judgedConfig(folder, catcher.url);
    const app = await App.open(config, createLog('error', false));
    try {
      await app.startServer();
      await publishAll(app);
      await deliverAll(app);
      const [key] = app.composer.dkim?.keys ?? [];
      if (!key) throw new Error('There is no key to sign with');
      const site = `http://127.0.0.1:${config.port}`;
      return await work({ messages: await read(caught), record: recordOf(key), app, site });
    } finally {
      await app.close();
    }
  } finally {
    await catcher.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function judgedConfig(folder: string, smtpUrl: string): Promise<Config> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const key = join(folder, 'dkim.pem');
  writeFileSync(key, privateKey, { mode: 0o600 });
  const variables = {
    DATA_DIR: folder,
    DKIM_DOMAIN: 'broadsheet.example',
    DKIM_PRIVATE_KEY_FILE: key,
    DKIM_SELECTOR: 'judged',
    LOG_LEVEL: 'error',
    MAIL_FROM: 'newsletter@broadsheet.example',
    MAIL_REPLY_TO: 'The desk <desk@broadsheet.example>',
    PORT: String(await freePort()),
    PUBLIC_URL,
    INBOUND_ADDRESS: 'unsubscribe@in.broadsheet.example',
    SECRET_KEY: 'a-key-for-the-judges-and-for-nothing-else',
    SMTP_URL: smtpUrl,
  };
  const config = loadConfig(variables, join(import.meta.dirname, 'newsletters.yaml'));
  return {
    ...config,
    newsletters: Newsletters.with(config.newsletters.map(endingItsWeekNow).flatMap(inEachLayout)),
  };
}

/** Whatever day it is, the edition that is due is the last of its week, which also goes to weekly readers. */
function endingItsWeekNow(newsletter: NewsletterConfig): NewsletterConfig {
  const slot = lastSlot(newsletter, systemClock.now()) ?? 0;
  const weekly_on = WEEKDAYS.find((day) => endsWeek({ ...newsletter, weekly_on: day }, slot));
  return { ...newsletter, weekly_on: weekly_on ?? newsletter.weekly_on };
}

function inEachLayout(newsletter: NewsletterConfig): NewsletterConfig[] {
  return LAYOUTS.map((layout) => ({ ...newsletter, layout, id: layout }));
}

async function publishAll(app: App): Promise<void> {
  for (const newsletter of app.config.newsletters) {
    await addOurReaders(app, newsletter);
    const { edition } = await publish(app.publishing, newsletter);
    if (edition.state !== 'frozen') throw new Error(`${edition.id} is ${edition.state}: ${edition.reason}`);
  }
  const [first] = app.config.newsletters;
  if (first) await writeLetters(app, first);
}

async function deliverAll(app: App): Promise<void> {
  await app.startDelivery();
  const until = systemClock.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const open = await app.db
      .selectFrom('deliveries')
      .select(['id', 'state', 'detail'])
      .where('state', '!=', 'accepted')
      .execute();
    if (open.length === 0) return;
    const under = open.filter(({ state }) => UNDER_WAY.includes(state));
    if (under.length < open.length || systemClock.now() > until)
      throw new Error(`Not delivered: ${JSON.stringify(open)}`);
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}

async function read(caught: CaughtMails): Promise<SentMessage[]> {
  const ids = (await caught.list({ limit: 100 })).map(({ id }) => id);
  const mails = await Promise.all(ids.map((id) => caught.read(id)));
  return mails
    .filter((mail): mail is CaughtMail => mail !== undefined)
    .map(({ to, raw, html, headers }) => ({
      name: to[0]?.split('@')[0] ?? '',
      ...{ raw, html: html ?? '', headers },
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
