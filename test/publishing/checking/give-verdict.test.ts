import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CollectedArticle } from '../../../src/articles/article.ts';
import { NOBODY } from '../../../src/base/public-id.ts';
import { TEMPLATES_DIR } from '../../../src/base/templates.ts';
import { TokenSigner } from '../../../src/base/token.ts';
import { checkEdition, type Verdict } from '../../../src/checks/check-edition.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { type NewsletterConfig, Newsletters } from '../../../src/config/newsletters.ts';
import type { EditionStory } from '../../../src/editions/edition.ts';
import { createRenderer, type Renderer, renderForReading } from '../../../src/mail/render.ts';
import { LETTER_KINDS } from '../../../src/mail/views/letter-view.ts';
import { slotValues } from '../../../src/outbound/personal-parts.ts';
import { mailLinks } from '../../../src/outbound/site-links.ts';
import {
  type GiveVerdict,
  verdictGiver,
  worstReaders,
} from '../../../src/publishing/checking/give-verdict.ts';
import { publish } from '../../../src/publishing/publish.ts';
import { addActive, deliveries, emails } from '../../delivery/fixture.ts';
import { openSqlite } from '../../helpers/databases.ts';
import { edition, newsletter, PICTURE, PUBLISHER, story } from '../../mail/sample.ts';
import { DAILY, HOUR, news, press, SLOT } from '../press.ts';

const links = mailLinks('https://news.curtsey.press');

interface Giving {
  readonly renderer?: Renderer;
  readonly newsletters?: readonly NewsletterConfig[];
}

function giver({ renderer, newsletters = [newsletter()] }: Giving = {}): GiveVerdict {
  const config = {
    ...loadConfig({ SECRET_KEY: 'a-secret-of-forty-characters-for-the-tests' }),
    newsletters: Newsletters.with(newsletters),
  };
  return verdictGiver({
    config,
    renderer: renderer ?? createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links }),
    signer: new TokenSigner(config.secrets),
    links,
  });
}

const blocking = ({ findings }: Verdict) => findings.filter(({ severity }) => severity === 'blocking');

/** Eighteen stories of which every second has a picture, one is sensitive, and no two say the same. */
const STORIES = Array.from({ length: 18 }, (_, bit) =>
  story(bit, {
    headline: `Story ${bit}: a walled garden opens its gate to everyone`,
    sectionId: ['royals', 'celebrity', 'lifestyle'][Math.floor(bit / 6)] ?? '',
    picture: bit % 2 === 0 ? { ...PICTURE, alt: `Garden ${bit}` } : null,
    tags: bit === 5 ? ['death'] : [],
  }),
);

describe('our own templates', () => {
  test.each(['magazine', 'brief'] as const)('%s: ready to send, and nothing blocks', async (layout) => {
    const verdict = await giver({ newsletters: [newsletter({ layout })] })(edition(STORIES));
    expect(blocking(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ ready: true, measures: { stories: 18, variants: 4 } });
  });

  test.each(['magazine', 'brief'] as const)(
    '%s: every colour can be read, in the light and in the dark',
    async (layout) => {
      const { findings } = await giver({ newsletters: [newsletter({ layout })] })(edition(STORIES));
      expect(findings.filter(({ check }) => check === 'contrast')).toEqual([]);
    },
  );

  test.each(LETTER_KINDS)('the %s letter has nothing in it that a check would find', async (kind) => {
    const own = newsletter();
    const renderer = createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links });
    const letter = await renderer.letter(kind, own);
    const reader = { id: 1, publicId: NOBODY, subscriptionPublicId: NOBODY, createdAt: 0, name: 'Anna' };
    const filled = renderForReading(letter, slotValues(new TokenSigner(['x'.repeat(40)]), reader));
    const { findings } = await checkEdition({
      ...{ newsletter: own, edition: edition([]), links, rehearsal: true },
      mails: [{ name: kind, stories: [], mail: { ...letter, ...filled } }],
    });
    // Who is not subscribed yet, or no longer, has nothing to unsubscribe from.
    expect(findings.filter(({ check }) => check !== 'unsubscribe')).toEqual([]);
  });
});

/** A folder with templates of a newsletter's own; what it lacks is ours. */
function ownTemplates(files: Readonly<Record<string, string>>) {
  const path = mkdtempSync(join(tmpdir(), 'broadsheet-templates-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

describe('a template of the operator’s own is refused', () => {
  const verdictWith = async (files: Readonly<Record<string, string>>) => {
    using folder = ownTemplates(files);
    return await giver({ newsletters: [newsletter({ templates: folder.path })] })(edition(STORIES));
  };

  test('when its plain text is empty', async () => {
    const verdict = await verdictWith({ 'edition.txt.hbs': '' });
    expect(verdict.ready).toBe(false);
    expect(blocking(verdict).map(({ says }) => says)).toContain('The mail has no plain text');
  });

  test('when it does not compile, with its name and line', async () => {
    const verdict = await verdictWith({ 'magazine.mjml.hbs': '<mjml>\n{{#if lead}}\n</mjml>' });
    expect(blocking(verdict)).toMatchObject([{ check: 'render' }]);
    expect(blocking(verdict)[0]?.says).toMatch(
      /^The mail for a reader of everything cannot be built: .*magazine\.mjml\.hbs:\d+/,
    );
  });

  test('when it uses what a main mail program does not know, until a file beside it says why that is fine', async () => {
    const mjml =
      '<mjml lang="en"><mj-head><mj-title>A</mj-title></mj-head><mj-body><mj-section><mj-column><mj-text>' +
      '<h1>{{title}}</h1><video src="https://paper.example/v.mp4"></video>' +
      '<a href="{{personal.unsubscribe}}" style="color:#1d1a1f">Unsubscribe</a>' +
      '</mj-text></mj-column></mj-section></mj-body></mjml>';
    const files = { 'magazine.mjml.hbs': mjml };
    const about = (verdict: Verdict) => verdict.findings.filter(({ says }) => says.includes('<video>'));
    expect(about(await verdictWith(files))).toMatchObject([
      { check: 'client-support', severity: 'blocking' },
      {},
    ]);
    const reviewed = '- { feature: "<video> element", clients: ["*"], why: the picture in it says enough }';
    expect(about(await verdictWith({ ...files, 'client-baseline.yaml': reviewed }))).toEqual([]);
  });
});

describe('the send path', () => {
  /** As the application wires it: what is checked is what would go out. */
  async function published(stories: CollectedArticle[], changes: Partial<NewsletterConfig> = {}) {
    await using store = await openSqlite();
    await addActive(store.db, emails(2));
    const own = { ...DAILY, ...changes };
    const desk = await press(store.db, SLOT, [own]);
    desk.offer(...stories);
    const { edition, verdict } = await publish({ ...desk, check: giver({ newsletters: [own] }) }, own);
    return { edition, verdict, prepared: (await deliveries(store.db)).length };
  }

  test('lets a sound edition go', async () => {
    expect(await published([news(0, SLOT - HOUR)])).toMatchObject({
      edition: { state: 'frozen' },
      prepared: 2,
    });
  });

  test('holds one whose template is broken', async () => {
    using folder = ownTemplates({ 'edition.txt.hbs': '' });
    expect(await published([news(0, SLOT - HOUR)], { templates: folder.path })).toMatchObject({
      edition: { state: 'draft', reason: { code: 'not-ready', says: expect.stringContaining('plain text') } },
      prepared: 0,
    });
  });

  test('holds one whose mail would be too long', async () => {
    const stories = Array.from({ length: 64 }, (_, at) => ({
      ...news(0, SLOT - HOUR - at * 60_000),
      headline: `${NAMES[at % NAMES.length]} ${NAMES[(at * 3 + 1) % NAMES.length]} ${at}`,
      link: `https://paper.example/${at}/${'long-'.repeat(192)}`,
    }));
    const { edition, verdict, prepared } = await published(stories, { limits: { stories: 64 } });
    expect(verdict).toMatchObject({ ready: false, findings: [{ check: 'render' }] });
    expect(edition).toMatchObject({
      state: 'draft',
      reason: { check: 'render', says: expect.stringContaining('longer than') },
    });
    expect(prepared).toBe(0);
  });
});

const NAMES = ['Amaryllis', 'Bergamot', 'Calendula', 'Delphinium', 'Echinacea', 'Foxglove', 'Gentian'];

test('a mail that cannot be made is a blocking finding with the hint of its error', async () => {
  const refusing = { edition: async () => Promise.reject(new Error('Parse error on line 7\n  ^')) };
  const renderer = {
    ...createRenderer({ templatesDir: TEMPLATES_DIR, publisher: PUBLISHER, links }),
    ...refusing,
  };
  expect(await giver({ renderer })(edition(STORIES))).toEqual({
    ready: false,
    measures: undefined,
    findings: [
      {
        check: 'render',
        severity: 'blocking',
        says: 'The mail for a reader of everything cannot be built: Parse error on line 7',
        mend: 'Correct the template or the setting it names.',
      },
    ],
  });
});

test('an edition of a newsletter that is not configured any more is not ready', async () => {
  expect(blocking(await giver({ newsletters: [] })(edition(STORIES)))).toMatchObject([
    { says: 'The mail of daily-20261122T0700Z cannot be built: its newsletter is not configured' },
  ]);
});

describe('what an editor wrote for the inbox', () => {
  const sad = story(1, { headline: 'A farewell to the keeper', tags: ['death'], sectionId: 'royals' });
  const one = edition([story(0, { headline: 'A quiet wedding in the north' }), sad]);
  const withSubject = (text: string, tags: string[], about: number[]) => ({
    ...one,
    content: { ...one.content, subject: { text, tags, about } },
  });
  const findingsOn = async (text: string, tags: string[] = [], about: number[] = []) =>
    (await giver({ newsletters: [newsletter()] })(withSubject(text, tags, about))).findings.filter(
      ({ check }) => check === 'tone' || check === 'shouting' || check === 'subject',
    );

  test('is looked at as it is sent, to each reader whom it is for', async () => {
    expect(await findingsOn('Win a crown today!!')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ check: 'shouting' }),
        expect.objectContaining({ check: 'tone' }),
      ]),
    );
    expect(await findingsOn('Re: the crown')).toMatchObject([{ check: 'subject', severity: 'blocking' }]);
  });

  test('may name a sensitive story, since an editor meant it: that is said, and does not block', async () => {
    expect(await findingsOn('A farewell to the keeper', ['death'], [2])).toMatchObject([
      { check: 'tone', severity: 'advisory', says: expect.stringContaining('as an editor wrote it') },
    ]);
  });
});

describe('the readers whose mail is looked at', () => {
  const names = (stories: readonly EditionStory[]) =>
    worstReaders(edition(stories).content).map(([name]) => name);

  test('get the most, the least, and nothing but sensitive stories', () => {
    expect(names(STORIES)).toEqual([
      'a reader of everything',
      'a reader who mutes every sensitive subject',
      'a reader of one section',
      'a reader with only sensitive stories left',
    ]);
  });

  test('are not looked at twice for the same stories', () => {
    expect(names([story(0)])).toEqual(['a reader of everything']);
  });

  test('include who gets one mail a week, whose mail may be the longest', () => {
    const stories = [story(0), story(1, { earlier: true }), story(2, { earlier: true })];
    const { content } = edition(stories);
    const weekly = { ...content, weekly: { best: [0, 1, 2], most: 3 } };
    expect(worstReaders(weekly).map(([name]) => name)).toEqual(['a weekly reader', 'a reader of everything']);
  });
});
