import { expect, test } from 'vitest';
import type { CollectedArticle } from '../../src/articles/article.ts';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { TokenSigner } from '../../src/base/token.ts';
import { verdictOf } from '../../src/checks/check-edition.ts';
import { loadConfig } from '../../src/config/config.ts';
import { type NewsletterConfig, Newsletters } from '../../src/config/newsletters.ts';
import { refusedIn } from '../../src/editing/refused-stories.ts';
import { leadOf } from '../../src/editions/editorial.ts';
import { actsOf } from '../../src/editions/store/act-log.ts';
import { notedWords } from '../../src/editions/words/act-log-words.ts';
import { createRenderer } from '../../src/mail/render.ts';
import { mailLinks } from '../../src/outbound/site-links.ts';
import { approve } from '../../src/publishing/acts.ts';
import { verdictGiver } from '../../src/publishing/checking/give-verdict.ts';
import { outlook, publish, publishDue } from '../../src/publishing/publish.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { addActive, deliveries, emails, SILENT } from '../delivery/fixture.ts';
import { eachDatabase, openSqlite } from '../helpers/databases.ts';
import { PUBLISHER } from '../mail/sample.ts';
import { EDITION, reviewed, standing } from './open-desk.ts';
import { DAILY, HOUR, news, type Press, press, SLOT } from './press.ts';

const LONG_LINK = `https://paper.example/${'x'.repeat(1_100)}`;

/** A newsroom whose editions are looked at by the checks that a send makes. */
async function checkedPress(db: Database, daily: NewsletterConfig, start = SLOT): Promise<Press> {
  await addActive(db, emails(2));
  const links = mailLinks('https://news.curtsey.press');
  const config = {
    ...loadConfig({ SECRET_KEY: 'a-secret-of-forty-characters-for-the-tests' }),
    newsletters: Newsletters.with([daily]),
  };
  const check = verdictGiver({
    config,
    renderer: createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links }),
    signer: new TokenSigner(config.secrets),
    links,
  });
  return { ...(await press(db, start, [daily])), check };
}

/** The newest of the news, which leads; with what is wrong with it. */
function leading(wrong: Partial<CollectedArticle>): CollectedArticle {
  return { ...news(0, SLOT - HOUR), ...wrong };
}

async function editionMails(db: Database): Promise<number> {
  return (await deliveries(db)).filter(({ kind }) => kind === 'edition').length;
}

eachDatabase((open) => {
  test.each([
    ['a link of over a thousand characters', { link: LONG_LINK }],
    ['a headline that begins like an answer', { headline: 'Re: the lighthouse on the northern shore' }],
    ['a headline of fillers', { headline: '\u3164\u200d' }],
  ])('a story with %s is left out, said to be, and another leads', async (_, wrong) => {
    await using store = await open();
    const desk = await checkedPress(store.db, DAILY);
    desk.offer(leading(wrong), news(1, SLOT - 2 * HOUR), news(2, SLOT - 3 * HOUR));
    const { edition, decisions } = await publish(desk, DAILY);
    expect(edition.state).toBe('frozen');
    expect(await editionMails(store.db)).toBe(2);
    const links = edition.content?.stories.map(({ link }) => link);
    expect(links).toEqual([news(1, 0).link, news(2, 0).link]);
    expect(edition.content && leadOf(edition.content, edition.content.stories)?.link).toBe(news(1, 0).link);
    const [refused, ...others] = refusedIn(edition.content);
    expect(others).toEqual([]);
    const acts = await actsOf(store.db, edition.id);
    expect(acts).toMatchObject([
      { by: 'Broadsheet', what: { code: 'refused', because: refused?.because ?? '?' } },
    ]);
    expect(decisions.filter((one) => one.reason.code === 'refused')).toHaveLength(1);
  });

  test('a draft on the desk is shown whole to its editors, and at its slot goes without the story', async () => {
    await using store = await open();
    const daily = reviewed({ approval: 'required' });
    const desk = await checkedPress(store.db, daily, SLOT - 2 * HOUR);
    desk.offer(leading({ link: LONG_LINK, publishedAt: SLOT - 3 * HOUR }), news(1, SLOT - 4 * HOUR));
    await publishDue(desk);
    expect((await standing(store.db)).content?.stories.map(({ link }) => link)).toContain(LONG_LINK);
    expect(await approve(desk, EDITION, { by: 'Anna', revision: 0 })).toMatchObject({ ok: true });
    desk.clock.advance(2 * HOUR);
    await publishDue(desk);
    const gone = await standing(store.db);
    expect(gone).toMatchObject({ state: 'frozen', approvedBy: 'Anna', revision: 1, approvedRevision: 1 });
    expect(gone.content?.stories.map(({ link }) => link)).toEqual([news(1, 0).link]);
    expect(refusedIn(gone.content)).toHaveLength(1);
    const said = (await actsOf(store.db, EDITION)).map(({ by, what }) => `${by}: ${notedWords(what)}`);
    expect(said[0]).toMatch(/^Broadsheet: Left out “Princess opens a lighthouse/);
  });

  test('what waits for approval or is held stays whole', async () => {
    await using store = await open();
    const desk = await checkedPress(store.db, reviewed({ approval: 'required' }), SLOT - 2 * HOUR);
    desk.offer(leading({ link: LONG_LINK, publishedAt: SLOT - 3 * HOUR }), news(1, SLOT - 4 * HOUR));
    await publishDue(desk);
    desk.clock.advance(2 * HOUR);
    await publishDue(desk);
    const draft = await standing(store.db);
    expect(draft).toMatchObject({ state: 'draft', revision: 0 });
    expect(draft.content?.stories).toHaveLength(2);
  });
});

test('the log has each story that an edition goes without, with the reason', async () => {
  await using store = await openSqlite();
  const lines: unknown[] = [];
  const log: Press['log'] = Object.assign(Object.create(SILENT), {
    warn: (line: unknown) => lines.push(line),
  });
  const desk = { ...(await checkedPress(store.db, DAILY)), log };
  desk.offer(leading({ headline: 'TR: le phare du nord' }), news(1, SLOT - 2 * HOUR));
  const { edition } = await publish(desk, DAILY);
  expect(lines).toEqual([
    {
      edition: edition.id,
      headline: 'TR: le phare du nord',
      reason: expect.stringContaining('a reply or a forwarded mail'),
    },
  ]);
});

test('several bad stories are all left out; the outlook goes without them, too', async () => {
  await using store = await openSqlite();
  const desk = await checkedPress(store.db, DAILY);
  desk.offer(
    leading({ link: LONG_LINK }),
    { ...news(1, SLOT - 2 * HOUR), headline: 'Fwd: dumplings of a grandmother' },
    { ...news(2, SLOT - 3 * HOUR), headline: '\u2800' },
    news(3, SLOT - 4 * HOUR),
  );
  await desk.collect(DAILY.sources);
  const { edition } = await outlook(desk, DAILY);
  expect(edition.content?.stories.map(({ link }) => link)).toEqual([news(3, 0).link]);
  expect(refusedIn(edition.content)).toHaveLength(3);
});

test('where nothing else would be left, the edition stays with its reason rather than go empty', async () => {
  await using store = await openSqlite();
  const desk = await checkedPress(store.db, DAILY);
  desk.offer(leading({ link: LONG_LINK }));
  const { edition, keptBy } = await publish(desk, DAILY);
  expect(edition.state).toBe('draft');
  expect(keptBy).toMatchObject({ code: 'not-ready', says: expect.stringContaining('1122 characters') });
});

test('a fault that no story has alone keeps the edition whole', async () => {
  await using store = await openSqlite();
  const broken = {
    check: 'unsubscribe',
    severity: 'blocking',
    says: 'There is no way out',
    mend: '',
  } as const;
  const desk = { ...(await press(store.db, SLOT)), check: async () => verdictOf([broken]) };
  desk.offer(news(0, SLOT - HOUR), news(1, SLOT - HOUR));
  const { edition } = await publish(desk, DAILY);
  expect(edition).toMatchObject({
    state: 'draft',
    reason: { code: 'not-ready', says: 'There is no way out' },
  });
  expect(edition.content?.stories).toHaveLength(2);
});

test('a check that blames one story after the other ends, and leaves the edition whole', async () => {
  await using store = await openSqlite();
  let looks = 0;
  const check: Press['check'] = async ({ content }) => {
    looks += 1;
    const [lead] = content.stories;
    const where = { part: 'html', articleId: lead?.articleId ?? 0 } as const;
    return verdictOf([{ check: 'contrast', severity: 'blocking', says: 'Too faint', where, mend: '' }]);
  };
  const desk = { ...(await press(store.db, SLOT)), check };
  desk.offer(...[0, 1, 2, 3, 4, 5, 6, 7].map((which) => news(which, SLOT - HOUR)));
  const { edition } = await publish(desk, DAILY);
  expect(edition.content?.stories).toHaveLength(8);
  expect(refusedIn(edition.content)).toEqual([]);
  expect(looks).toBeLessThan(10);
});
