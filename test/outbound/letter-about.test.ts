import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { newPublicId } from '../../src/base/public-id.ts';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { TokenSigner } from '../../src/base/token.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { Newsletters } from '../../src/config/newsletters.ts';
import { claim } from '../../src/delivery/engine/claim.ts';
import { enqueue } from '../../src/delivery/ledger.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { MailComposer } from '../../src/outbound/mail-composer.ts';
import { mailLinks } from '../../src/outbound/site-links.ts';
import { noticeFacts } from '../../src/publishing/notice-facts.ts';
import type { Database, SystemMail } from '../../src/storage/schema/schema.ts';
import { findOrAddSubscriber } from '../../src/subscribers/subscriber-store.ts';
import { NOW, worker } from '../delivery/fixture.ts';
import { section } from '../editions/sample-article.ts';
import { openSqlite } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { address, newsletter, PUBLISHER } from '../mail/sample.ts';

const SECRET = 'a-secret-of-forty-characters-for-the-tests';
const DAILY = newsletter({
  id: 'daily',
  title: 'The Daily',
  sections: [section('royals'), section('stars'), section('style')],
});
const WEEKLY = newsletter({ id: 'weekly', title: 'The Weekly', sections: [] });

interface Wish {
  readonly newsletter: string;
  readonly sections?: readonly string[];
  readonly state?: 'pending' | 'active';
}

describe('the welcome', () => {
  test.each(['en', 'de', 'fr', 'es'])(
    'lists the sections its reader chose and no other, in %s',
    async (language) => {
      await using store = await openSqlite();
      const mail = await letter(
        store.db,
        'welcome',
        [{ newsletter: 'daily', sections: ['royals', 'style'] }],
        language,
      );
      for (const part of [mail.text, mail.html]) {
        expect(part).toContain('ROYALS');
        expect(part).toContain('STYLE');
        expect(part).not.toContain('STARS');
      }
    },
  );

  test('lists all sections for a reader of everything', async () => {
    await using store = await openSqlite();
    const mail = await letter(store.db, 'welcome', [{ newsletter: 'daily' }]);
    for (const title of ['ROYALS', 'STARS', 'STYLE']) expect(mail.text).toContain(title);
  });

  test('is another for another choice', async () => {
    await using store = await openSqlite();
    const press = composer(store.db);
    await write(store.db, 'welcome', [{ newsletter: 'daily', sections: ['royals'] }], 'a@readers.example');
    await write(store.db, 'welcome', [{ newsletter: 'daily', sections: ['stars'] }], 'b@readers.example');
    const [one, other] = await claim(store.db, worker(), 2, NOW);
    if (!one || !other) throw new Error('two were written');
    const texts = [];
    for (const delivery of [one, other])
      texts.push((await simpleParser((await press.compose(delivery)).raw)).text);
    expect(texts[0]).toContain('ROYALS');
    expect(texts[1]).toContain('STARS');
    expect(texts[1]).not.toContain('ROYALS');
  });

  test('to several newsletters names each with what was chosen of it', async () => {
    await using store = await openSqlite();
    const wishes = [{ newsletter: 'daily', sections: ['stars'] }, { newsletter: 'weekly' }];
    const mail = await letter(store.db, 'welcome', wishes);
    expect(mail.subject).toBe(`Welcome to 2 newsletters from ${PUBLISHER.name}`);
    expect(mail.text).toContain('* The Daily (STARS)');
    expect(mail.text).toContain('* The Weekly');
    expect(mail.text).toContain('Unsubscribe from The Daily');
    expect(mail.html).toContain('The Weekly');
  });
});

describe('the confirmation', () => {
  test.each([
    ['en', 'Please confirm: 2 newsletters from'],
    ['de', 'Bitte bestätigen Sie: 2 Newsletter von'],
    ['fr', '2 lettres de Curtsey Press'],
    ['es', 'Confirme, por favor: 2 boletines de'],
  ])('of several newsletters names them all, in %s', async (language, subject) => {
    await using store = await openSqlite();
    const wishes = [{ newsletter: 'weekly' }, { newsletter: 'daily', sections: ['royals'] }];
    const mail = await letter(store.db, 'confirmation', wishes, language);
    expect(mail.subject).toContain(subject);
    for (const part of [mail.text, mail.html])
      for (const title of ['The Daily', 'ROYALS', 'The Weekly']) expect(part).toContain(title);
  });

  test('says which of them come already', async () => {
    await using store = await openSqlite();
    const mail = await letter(store.db, 'confirmation', [
      { newsletter: 'weekly' },
      { newsletter: 'daily', state: 'active' },
    ]);
    expect(mail.subject).toBe('Please confirm: The Weekly');
    expect(mail.text).toContain('You already get The Daily.');
    expect(mail.html).toContain('You already get The Daily.');
  });

  test('of one newsletter has none of it', async () => {
    await using store = await openSqlite();
    const mail = await letter(store.db, 'confirmation', [{ newsletter: 'daily' }]);
    expect(mail.subject).toBe('Please confirm: The Daily');
    expect(mail.text).not.toContain('already');
  });
});

/** A letter of the given kind to somebody with these subscriptions, sent for the first of them. */
async function letter(db: Database, kind: SystemMail, wishes: readonly Wish[], language = 'en') {
  await write(db, kind, wishes, 'ada@readers.example', language);
  const [delivery] = await claim(db, worker(), 1, NOW);
  if (!delivery) throw new Error('one was written');
  const { subject, text = '', html } = await simpleParser((await composer(db).compose(delivery)).raw);
  return { subject, text, html: String(html) };
}

async function write(
  db: Database,
  kind: SystemMail,
  wishes: readonly Wish[],
  email: string,
  language = 'en',
) {
  const person = await findOrAddSubscriber(db, address(email), '', NOW);
  await db.updateTable('subscribers').set({ language }).where('id', '=', person).execute();
  const ids = [];
  for (const { newsletter: newsletterId, sections, state = 'pending' } of wishes) {
    const { id } = await db
      .insertInto('subscriptions')
      .values({
        public_id: newPublicId(),
        subscriber_id: person,
        newsletter_id: newsletterId,
        state: kind === 'welcome' ? 'active' : state,
        sections: sections ? JSON.stringify(sections) : null,
        created_at: NOW,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    ids.push(id);
  }
  const [lead = 0, ...others] = ids;
  await enqueue(db, lead, kind, NOW, { with: others });
}

function composer(db: Database): MailComposer {
  const environment = {
    PUBLIC_URL: 'https://news.example',
    MAIL_FROM: 'The Daily <daily@paper.example>',
    SECRET_KEY: SECRET,
  };
  const config: Config = { ...loadConfig(environment), newsletters: Newsletters.with([DAILY, WEEKLY]) };
  const links = mailLinks(config.publicUrl);
  const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links });
  return new MailComposer({
    noticeFacts,
    ...{ db, config, links, renderer },
    clock: new ManualClock(NOW),
    signer: new TokenSigner(config.secrets),
  });
}
