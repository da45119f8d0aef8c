import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { NOBODY } from '../../src/base/public-id.ts';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { TokenSigner } from '../../src/base/token.ts';
import { loadConfig } from '../../src/config/config.ts';
import { type NewsletterConfig, Newsletters } from '../../src/config/newsletters.ts';
import { freezeAudience } from '../../src/delivery/audience/audience.ts';
import { claim } from '../../src/delivery/engine/claim.ts';
import { enqueueStudio } from '../../src/delivery/studio-ledger.ts';
import { storedReason } from '../../src/editions/reason.ts';
import { selectAll } from '../../src/editions/selection.ts';
import { saveDraft } from '../../src/editions/store/edition-store.ts';
import { withContent } from '../../src/editions/store/kept-edition.ts';
import { createRenderer } from '../../src/mail/render.ts';
import type { NoticeKind } from '../../src/mail/views/notice-view.ts';
import { MailComposer } from '../../src/outbound/mail-composer.ts';
import { packed } from '../../src/outbound/packed-mail.ts';
import { deliveryById } from '../../src/outbound/sent-mail.ts';
import { mailLinks } from '../../src/outbound/site-links.ts';
import { noticeFacts } from '../../src/publishing/notice-facts.ts';
import type { Database, EditionTable } from '../../src/storage/schema/schema.ts';
import { subscriptionBehind } from '../../src/subscribers/subscription-links.ts';
import { addActive, draft, emails, NOW, SLOT, worker } from '../delivery/fixture.ts';
import { openSqlite } from '../helpers/databases.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { tokenFor } from '../helpers/tokens.ts';
import { address, newsletter, PUBLISHER, REVIEW, story } from '../mail/sample.ts';

const SECRET = 'a-secret-of-forty-characters-for-the-tests';
const signer = new TokenSigner([SECRET]);
const EDITOR = address('anna@desk.example');
const CLEO = { email: 'cleo@desk.example', email_key: 'cleo@desk.example', name: 'Cleo' };
const links = mailLinks('https://news.example');
const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links });
const HEADLINES = ['A quiet wedding', 'A very long parade', 'Six roses', 'A farewell', 'Bread', 'Gates'];
const STORIES = HEADLINES.map((headline, bit) =>
  story(bit, { headline, tags: bit === 3 ? ['death'] : [], sectionId: 'royals' }),
);

function composer(db: Database, changes: Partial<NewsletterConfig> = {}): MailComposer {
  const environment = {
    PUBLIC_URL: 'https://news.example',
    MAIL_FROM: 'The Daily <daily@paper.example>',
    SECRET_KEY: SECRET,
  };
  const config = { ...loadConfig(environment), newsletters: Newsletters.with([newsletter(changes)]) };
  return new MailComposer({ noticeFacts, db, config, clock: new ManualClock(NOW), links, renderer, signer });
}

describe('a test', () => {
  async function sendTest(db: Database, press = composer(db)) {
    const edition = await draft(db, { stories: STORIES });
    const mail = await renderer.edition(newsletter(), edition, selectAll(edition.content));
    await enqueueStudio(db, {
      kind: 'test',
      to: EDITOR,
      regards: edition.id,
      now: NOW,
      mail: await packed(mail),
    });
    const [one] = await claim(db, worker(), 1, NOW);
    if (!one) throw new Error('one was asked for');
    const { to, raw } = await press.compose(one);
    return { one, mail, to, parsed: await simpleParser(raw), press };
  }

  test('is the mail as it was on the screen, whatever became of the draft since, and says that it is one', async () => {
    await using store = await openSqlite();
    const { to, parsed, mail } = await sendTest(store.db);
    expect(to).toBe(EDITOR);
    expect(parsed.subject).toBe(`[Test] ${mail.subject}`);
    await store.db.updateTable('editions').set({ content: null }).execute();
    const again = await composer(store.db).compose((await deliveryById(store.db, 1)) ?? (undefined as never));
    expect((await simpleParser(again.raw)).text).toBe(parsed.text);
    for (const headline of HEADLINES) expect(parsed.text).toContain(headline);
    expect(parsed.text).toContain('Unsubscribe');
  });

  test('has the links of nobody: they end no subscription and open no preferences', async () => {
    await using store = await openSqlite();
    await addActive(store.db, emails(1));
    const { parsed } = await sendTest(store.db);
    const header = String(parsed.headerLines.find(({ key }) => key === 'list-unsubscribe')?.line);
    const [, token = ''] = /\/u\/([\w-]+)>/.exec(header) ?? [];
    const claimed = signer.verify('unsubscribe', token);
    expect(claimed).toEqual({ publicId: NOBODY, issuedAt: 0 });
    expect(await subscriptionBehind(store.db, signer, 'unsubscribe', token)).toBe('sample');
    expect(await store.db.selectFrom('subscriptions').select('state').execute()).toEqual([
      { state: 'active' },
    ]);
  });

  test('can be viewed in a browser by its own link, as it is', async () => {
    await using store = await openSqlite();
    const { one, parsed, press } = await sendTest(store.db);
    const [, token = ''] = /\/view\/([\w-]+)/.exec(parsed.text ?? '') ?? [];
    expect(signer.verifyDelivery('view', token)?.row).toBe(one.id);
    const delivery = await deliveryById(store.db, one.id);
    expect(delivery && (await press.personalVersion(delivery))).toContain('A very long parade');
  });
});

describe('a letter about a draft', () => {
  interface Told {
    readonly kind?: NoticeKind;
    readonly to?: typeof EDITOR;
    /** The role of `cleo@desk.example`, who is none without it. */
    readonly editor?: 'edit' | 'approve' | undefined;
    readonly own?: Partial<NewsletterConfig>;
    readonly row?: Partial<
      Pick<
        EditionTable,
        'corrects' | 'held_at' | 'held_by' | 'reason' | 'send_at' | 'approved_revision' | 'state' | 'content'
      >
    >;
    /** The next edition has left already. */
    readonly later?: boolean;
  }

  async function tell({ kind = 'draft-ready', to = EDITOR, editor, own = {}, row = {}, later }: Told = {}) {
    await using store = await openSqlite();
    const edition = await draft(store.db, { stories: STORIES });
    await store.db
      .updateTable('editions')
      .set({ reason: null, ...row })
      .execute();
    if (later) await freezeAudience(store.db, await draft(store.db, { slot: SLOT + 86_400_000 }), NOW);
    if (editor)
      await store.db
        .insertInto('editors')
        .values({ ...CLEO, role: editor, password_hash: '', created_at: NOW })
        .execute();
    const review = { ...REVIEW, notify: [EDITOR], ...own.review };
    await enqueueStudio(store.db, { kind, to, regards: edition.id, now: NOW });
    const [one] = await claim(store.db, worker(), 1, NOW);
    if (!one) throw new Error('one was asked for');
    const { raw } = await composer(store.db, { ...own, review }).compose(one);
    const token = await tokenFor({ db: store.db, signer }, 'review', one.id);
    return { id: one.id, token, parsed: await simpleParser(raw), raw: raw.toString('latin1') };
  }

  test.each([
    ['en', 'For review: a correction of The Daily Curtsey, Saturday 21 November', 'It waits for approval.'],
    ['de', 'Zur Durchsicht: eine Berichtigung zu The Daily Curtsey, Samstag, 21. November', 'Freigabe'],
    ['fr', 'À relire : un rectificatif de The Daily Curtsey, samedi 21 novembre', 'validation'],
    ['es', 'Para revisar: una rectificación de The Daily Curtsey, sábado, 21 de noviembre', 'aprobación'],
  ])(
    'says of a correction that it is one, of which edition, and that it waits: %s',
    async (language, subject, waits) => {
      const intro = { text: 'It was the other one.', tags: [], about: [] };
      const stories = STORIES.slice(0, 1);
      const content = JSON.stringify({ title: 'x', language: 'en', sections: [], stories, intro });
      const { parsed } = await tell({
        row: { corrects: 'daily-20261121T0700Z', content },
        own: { language },
      });
      expect(parsed.subject).toBe(subject);
      for (const part of [parsed.text ?? '', parsed.html || '']) {
        expect(part).toContain('It was the other one.');
        expect(part).toContain(waits);
        expect(part).not.toContain('07:00');
      }
    },
  );

  test('says which, when, how many, what the inbox shows, what it begins with, and what is sensitive', async () => {
    const { parsed } = await tell();
    expect(parsed.subject).toBe('For review: The Daily Curtsey, Sunday 22 November');
    for (const part of [parsed.text ?? '', (parsed.html || '').replace(/&middot;/g, '|')])
      for (const words of [
        /07:00 GMT/,
        /6\sstories/,
        /In the inbox:[\s\S]*A quiet wedding[\s\S]*It begins with:/,
        /A very long parade[\s\S]*Six roses[\s\S]*A farewell[\s\S]*Bread/,
        /and one more/,
        /One of the stories is on a sensitive subject/,
        /goes out on/,
      ])
        expect(part).toMatch(words);
  });

  test('tells the one headline there is once, where the subject has it', async () => {
    const say = async (headline: string, own?: string) => {
      const subject = own === undefined ? {} : { subject: { text: own, tags: [], about: [] } };
      const stories = [{ ...STORIES[1], headline, tags: [] }];
      const content = JSON.stringify({ title: 'x', language: 'en', sections: [], stories, ...subject });
      const { parsed } = await tell({ row: { content } });
      const parts = [parsed.text ?? '', (parsed.html || '').replace(/<[^>]+>/g, ' ')];
      return parts.map((part) => part.replace(/\s+/g, ' '));
    };
    for (const headline of ['A quiet wedding', `A quiet wedding${' and a word more'.repeat(9)}`])
      for (const part of await say(headline)) {
        expect(part).toContain('In the inbox:');
        expect(part.split('A quiet wedding')).toHaveLength(2);
        expect(part).not.toContain('It begins with');
        expect(part).toContain('One story');
      }
    for (const part of await say('A quiet wedding', 'Dear all'))
      expect(part).toMatch(/In the inbox: Dear all It begins with: (?:\* )?A quiet wedding/);
  });

  test('has three ways to one page, by a token that is this delivery’s, and no other personal link', async () => {
    const { token, parsed, raw } = await tell();
    const found = [...(parsed.text ?? '').matchAll(/https:\/\/news\.example\/(\S+)/g)].map(
      ([, path]) => path,
    );
    const page = `studio/review/${token}`;
    expect(found).toEqual([page, `${page}#approve`, `${page}#hold`]);
    for (const one of found) expect(parsed.html).toContain(one);
    expect(raw).not.toMatch(/^List-|^Precedence|^Feedback-ID/m);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
  });

  test.each([
    ['required', 'automatic', {}, 'It waits for approval'],
    ['automatic', 'required', {}, 'It waits for approval'],
    ['required', 'required', { approved_revision: 0 }, 'It is approved and goes out on'],
    ['automatic', 'automatic', {}, 'unless somebody holds it'],
    ['automatic', 'automatic', { held_at: NOW, held_by: 'Ben' }, 'Ben holds it'],
  ] as const)(
    'says what comes of it: approval %s, sensitive %s, %o',
    async (approval, sensitive, row, says) => {
      const { parsed } = await tell({
        own: { review: { ...REVIEW, notify: [EDITOR], approval, sensitive } },
        row,
      });
      expect(parsed.text?.replace(/\s+/g, ' ')).toContain(says);
    },
  );

  test('names the moment it leaves at where that is another than its slot', async () => {
    const { parsed } = await tell({ row: { send_at: SLOT + 90 * 60_000 } });
    expect(parsed.text).toContain('08:30 GMT');
    expect(parsed.text).not.toContain('07:00 GMT');
  });

  const BEN = { code: 'held', by: 'Ben' } as const;
  const HELD = storedReason(BEN);
  const OVERTAKEN = { code: 'waited', kept: BEN, until: 'later-left' } as const;

  test('of one that was missed says why, and that approving it still sends it', async () => {
    const { parsed } = await tell({ kind: 'draft-missed', row: { reason: HELD } });
    expect(parsed.subject).toBe('Not sent: The Daily Curtsey, Sunday 22 November');
    expect(parsed.text).toContain('Held by Ben.');
    expect(parsed.text).toContain('once approved, it is sent at once');
  });

  test('of one that a later edition overtook asks nobody to approve it', async () => {
    const row = { state: 'missed', reason: storedReason(OVERTAKEN) } as const;
    const { parsed } = await tell({ kind: 'draft-missed', row, later: true });
    expect(parsed.text?.replace(/\s+/g, ' ')).toContain(
      'A later edition has gone out since, so this one stays',
    );
    expect(parsed.text).not.toContain('#approve');
    expect(parsed.text).toContain('It begins with:');
  });

  test('of a slot that passed while nothing was running says so, and has nothing to show', async () => {
    const row = { state: 'missed', content: null, reason: storedReason({ code: 'nothing-ran' }) } as const;
    const { parsed } = await tell({ kind: 'draft-missed', row });
    const text = parsed.text?.replace(/\s+/g, ' ') ?? '';
    expect(text).toContain('Nothing was running when it was due. It was never built');
    expect(text).not.toMatch(/#approve|begins with|In the inbox|stories/);
    expect(parsed.html).not.toMatch(/begins with|In the inbox/);
  });

  test('is in the language of the newsletter', async () => {
    const { parsed } = await tell({ kind: 'draft-reminder', own: { language: 'de', title: 'Der Hofbote' } });
    expect(parsed.subject).toBe('Die Zeit wird knapp: Der Hofbote, Sonntag, 22. November');
    expect(parsed.text).toContain('6 Geschichten');
  });

  test.each([
    ['edit', false],
    ['approve', true],
    ['nobody', false],
  ] as const)('asks to approve who may: an editor who may %s, %s', async (role, mayApprove) => {
    const cleo = address('Cleo@desk.example');
    const { parsed } = await tell({ to: cleo, editor: role === 'nobody' ? undefined : role });
    expect(parsed.text).toContain('Review it');
    for (const part of [parsed.text, parsed.html])
      for (const way of ['Approve it', '#approve', 'Hold it', '#hold'])
        expect(String(part).includes(way)).toBe(mayApprove);
  });

  test('holds the words of editors and of stories as text', async () => {
    await using store = await openSqlite();
    const evil = '<script>alert(1)</script>\ue000';
    const kept = {
      ...{ newsletterId: 'daily', slot: SLOT, asOf: SLOT, composedAt: SLOT, reason: null },
      content: { title: evil, language: 'en', sections: [], stories: [story(0, { headline: evil })] },
    };
    const { id } = withContent(await saveDraft(store.db, kept));
    await store.db.updateTable('editions').set({ held_at: NOW, held_by: evil, reason: evil }).execute();
    await enqueueStudio(store.db, { kind: 'draft-missed', to: EDITOR, regards: id, now: NOW });
    const [one] = await claim(store.db, worker(), 1, NOW);
    if (!one) throw new Error('one was asked for');
    const { html } = await simpleParser((await composer(store.db).compose(one)).raw);
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
  });
});
