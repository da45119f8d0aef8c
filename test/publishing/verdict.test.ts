import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';
import { TokenSigner } from '../../src/base/token.ts';
import { checkEdition, type Verdict } from '../../src/checks/verdict.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { NewsletterConfig } from '../../src/config/newsletters.ts';
import type { EditionStory } from '../../src/editions/edition.ts';
import { LETTER_KINDS } from '../../src/mail/letter-view.ts';
import { createRenderer, type Renderer, renderForReading } from '../../src/mail/render.ts';
import { mailLinks } from '../../src/publishing/links.ts';
import { slotValues } from '../../src/publishing/personal-parts.ts';
import { type GiveVerdict, verdictGiver, worstReaders } from '../../src/publishing/verdict.ts';
import { edition, newsletter, PICTURE, PUBLISHER, story } from '../mail/sample.ts';

const links = mailLinks('https://news.curtsey.press');

interface Giving {
  readonly templatesDir?: string;
  readonly renderer?: Renderer;
  readonly newsletters?: readonly NewsletterConfig[];
}

function giver({
  templatesDir = TEMPLATES_DIR,
  renderer,
  newsletters = [newsletter()],
}: Giving = {}): GiveVerdict {
  const config = { ...loadConfig({ SECRET_KEY: 'a-secret-of-forty-characters-for-the-tests' }), newsletters };
  return verdictGiver({
    config,
    renderer: renderer ?? createRenderer({ templatesDir, publisher: PUBLISHER, links }),
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
    expect(verdict).toMatchObject({ ready: true, measures: { stories: 18, variants: 3 } });
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
    const reader = { id: 1, subscriptionId: 1, createdAt: 0, name: 'Anna' };
    const filled = renderForReading(letter, slotValues(new TokenSigner(['x'.repeat(40)]), reader));
    const { findings } = await checkEdition({
      ...{ newsletter: own, edition: edition([]), links, rehearsal: true },
      mails: [{ name: kind, stories: [], mail: { ...letter, ...filled } }],
    });
    // Who is not subscribed yet, or no longer, has nothing to unsubscribe from.
    expect(findings.filter(({ check }) => check !== 'unsubscribe')).toEqual([]);
  });

  test('an edition of sixty-four long stories is ready, or says that it is too long', async () => {
    const long = 'which is told here at greater length than anybody has the time to read it '.repeat(5);
    const stories = Array.from({ length: 64 }, (_, bit) =>
      story(bit, { standfirst: `${bit} ${long}`, picture: PICTURE }),
    );
    const verdict = await giver()(edition(stories));
    expect(blocking(verdict).filter(({ check }) => check !== 'render' && check !== 'size')).toEqual([]);
  });
});

/** Broadsheet's templates with something changed. */
async function withTemplates<T>(
  change: (mail: string) => void,
  act: (templatesDir: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-templates-'));
  try {
    cpSync(TEMPLATES_DIR, folder, { recursive: true });
    change(join(folder, 'mail'));
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a template of the operator’s own is refused', () => {
  test('when its plain text is empty', async () => {
    const verdict = await withTemplates(
      (mail) => writeFileSync(join(mail, 'edition.txt.hbs'), ''),
      (templatesDir) => giver({ templatesDir })(edition(STORIES)),
    );
    expect(verdict.ready).toBe(false);
    expect(blocking(verdict).map(({ says }) => says)).toContain('The mail has no plain text');
  });

  test('when it does not compile, with its name', async () => {
    const verdict = await withTemplates(
      (mail) => appendFileSync(join(mail, 'magazine.mjml.hbs'), '{{#if'),
      (templatesDir) => giver({ templatesDir })(edition(STORIES)),
    ).catch((error: Error) => error);
    // A template that is looked at when it is loaded never gets as far as a verdict.
    const said =
      verdict instanceof Error
        ? verdict.message
        : blocking(verdict)
            .map(({ says }) => says)
            .join();
    expect(said).toContain('magazine.mjml');
  });
});

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
        says: 'The mail for a reader of everything cannot be made: Parse error on line 7',
        mend: 'Correct the template or the setting it names.',
      },
    ],
  });
});

test('an edition of a newsletter that is not configured any more is not ready', async () => {
  expect(blocking(await giver({ newsletters: [] })(edition(STORIES)))).toMatchObject([
    { says: 'The mail of daily-20261122T0700Z cannot be made: its newsletter is not configured' },
  ]);
});

describe('the readers whose mail is looked at', () => {
  const names = (stories: readonly EditionStory[]) =>
    worstReaders(edition(stories).content).map(([name]) => name);

  test('get the most, the least, and nothing but sensitive stories', () => {
    expect(names(STORIES)).toEqual([
      'a reader of everything',
      'a reader of a single section',
      'a reader left with sensitive stories alone',
    ]);
  });

  test('are not looked at twice for the same stories', () => {
    expect(names([story(0)])).toEqual(['a reader of everything']);
  });

  test('include who gets one mail a week, whose mail may be the longest', () => {
    const stories = [story(0), story(1, { earlier: true }), story(2, { earlier: true })];
    const { content } = edition(stories);
    const weekly = { ...content, weekly: { best: [0, 1, 2], most: 3 } };
    expect(worstReaders(weekly).map(([name]) => name)).toEqual([
      'a reader of one mail a week',
      'a reader of everything',
    ]);
  });
});
