import { describe, expect, test } from 'vitest';
import type { Earlier } from '../../src/composing/arrange.ts';
import { compose } from '../../src/composing/compose.ts';
import { decisionWords } from '../../src/composing/decision-words.ts';
import {
  AS_OF,
  article,
  HOUR,
  input,
  PICTURE,
  rule,
  section,
  told,
  whyOut,
} from '../editions/sample-article.ts';
import { story } from '../mail/sample.ts';

describe('the same articles, rules and moment', () => {
  const articles = Array.from({ length: 40 }, (_, n) =>
    article(n + 1, {
      storyId: (n % 30) + 1,
      sourceId: n % 3 ? 'desk' : 'wire',
      publishedAt: AS_OF - HOUR - (n % 7) * 60_000,
    }),
  );
  const rules = {
    sections: [section('wire', rule({ source: ['wire'] })), section('rest')],
    limits: { stories: 20, per_source: 14 },
  };

  test('make the same edition, in whatever order they come', () => {
    const first = compose(input(articles, rules));
    expect(compose(input(articles.toReversed(), rules))).toEqual(first);
    expect(compose(input([...articles.slice(17), ...articles.slice(0, 17)], rules))).toEqual(first);
  });

  test('are not changed by it, and every article has one decision', () => {
    const before = structuredClone(articles);
    const { decisions, content } = compose(input(Object.freeze(articles) as typeof articles, rules));
    expect(articles).toEqual(before);
    expect(decisions.map((one) => one.article.id).sort((a, b) => a - b)).toEqual(
      articles.map(({ id }) => id),
    );
    expect(decisions.filter((one) => one.in)).toHaveLength(content?.stories.length ?? 0);
    expect(decisions.every((one) => decisionWords(one.reason).length > 0)).toBe(true);
  });
});

test('nothing to tell is no edition', () => {
  expect(compose(input([]))).toEqual({ content: undefined, decisions: [] });
  expect(compose(input([article(1, { publishedAt: AS_OF + 1 })])).content).toBeUndefined();
});

describe('an article is left out, and it is said why,', () => {
  test('when it is not published yet; at the very moment it is', () => {
    const result = compose(
      input([article(1, { publishedAt: AS_OF }), article(2, { publishedAt: AS_OF + 1 })]),
    );
    expect(told(result)).toEqual([1]);
    expect(whyOut(result, 2)).toBe('not published by then');
  });

  test('when it is older than max_age', () => {
    const edge = AS_OF - 48 * HOUR;
    const result = compose(input([article(1, { publishedAt: edge }), article(2, { publishedAt: edge - 1 })]));
    expect(told(result)).toEqual([1]);
    expect(whyOut(result, 2)).toBe('older than max_age (48 h)');
  });

  test('when an earlier edition told its story, by whichever article', () => {
    const result = compose(
      input(
        [article(1, { storyId: 7 }), article(2)],
        {},
        { told: new Map([[7, { editionId: 'daily-1', chapter: 0, publishedAt: 0 }]]) },
      ),
    );
    expect(told(result)).toEqual([2]);
    expect(whyOut(result, 1)).toBe('its story was sent in daily-1');
  });

  test('when the previous edition had seen it; one that arrived late is new, whatever its date', () => {
    const previous = { id: 'daily-0', asOf: AS_OF - 24 * HOUR, composedAt: AS_OF - 23 * HOUR };
    const old = { publishedAt: previous.asOf };
    const result = compose(
      input(
        [
          article(1, { ...old, firstSeenAt: previous.composedAt }),
          article(2, { ...old, firstSeenAt: previous.composedAt + 1 }),
          article(3, { publishedAt: previous.asOf + 1, firstSeenAt: previous.composedAt }),
        ],
        {},
        { previous },
      ),
    );
    expect(told(result).sort()).toEqual([2, 3]);
    expect(whyOut(result, 1)).toBe('not newer than the previous edition (daily-0)');
  });

  test('when no section takes it', () => {
    const sections = [section('wire', rule({ source: ['wire'] }))];
    expect(whyOut(compose(input([article(1)], { sections })), 1)).toBe('no section takes it');
    expect(compose(input([article(1)], { sections })).content).toBeUndefined();
  });

  test('when an editor put another article of its story in front; of several the last word counts', () => {
    const same = { storyId: 9 };
    const chosen = [
      article(1, { ...same, leadsSince: 10, headline: 'Chosen first' }),
      article(2, { ...same, leadsSince: 20, headline: 'Chosen last' }),
      article(3, { ...same, picture: PICTURE, standfirst: 'In a sentence' }),
    ];
    expect(told(compose(input(chosen)))).toEqual([2]);
    expect(whyOut(compose(input(chosen)), 3)).toBe('the same story as “Chosen last”');
  });

  test('a choice of before a later chapter came does not hide it; one after that tells it', () => {
    const before = article(1, { storyId: 9, chapter: 0, leadsSince: 10 });
    const later = article(2, { storyId: 9, chapter: 1, firstSeenAt: 20 });
    expect(told(compose(input([before, later])))).toEqual([2]);
    const after = compose(input([{ ...before, leadsSince: 30 }, later]));
    expect(told(after)).toEqual([1]);
    expect(after.content?.stories[0]?.chapter).toBe(1);
  });

  test('when another article tells its story better: with a picture, a standfirst, or newer', () => {
    const same = { storyId: 9 };
    const result = compose(
      input([
        article(1, same),
        article(2, { ...same, standfirst: 'In a sentence' }),
        article(3, { ...same, picture: PICTURE, headline: 'With a picture' }),
        article(4, { ...same, picture: PICTURE }),
      ]),
    );
    expect(told(result)).toEqual([3]);
    for (const id of [1, 2, 4]) expect(whyOut(result, id)).toBe('the same story as “With a picture”');
  });
});

describe('limits', () => {
  const many = (count: number, changes = {}) =>
    Array.from({ length: count }, (_, n) => article(n + 1, changes));

  test('keep the newest of an edition, and at most 64', () => {
    const result = compose(input(many(70), { limits: { stories: 64 } }));
    expect(result.content?.stories.map(({ bit }) => bit)).toEqual(Array.from({ length: 64 }, (_, n) => n));
    expect(told(result)).toEqual(Array.from({ length: 64 }, (_, n) => n + 1));
    expect(whyOut(result, 65)).toBe('the edition is full (64 stories)');
  });

  test('of a section are its own, else those for all', () => {
    const sections = [section('wire', { ...rule({ source: ['wire'] }), limit: 1 }), section('rest')];
    const articles = [...many(4), article(5, { sourceId: 'wire' }), article(6, { sourceId: 'wire' })];
    const result = compose(input(articles, { sections, limits: { stories: 24, per_section: 3 } }));
    expect(told(result)).toEqual([1, 5, 2, 3]);
    expect([whyOut(result, 4), whyOut(result, 6)]).toEqual(['REST is full (3)', 'WIRE is full (1)']);
  });

  test('of a source hold over all sections, and what is left out takes nobody’s place', () => {
    const articles = [...many(4), article(5, { sourceId: 'wire' })];
    const result = compose(input(articles, { limits: { stories: 3, per_source: 2 } }));
    expect(told(result)).toEqual([1, 2, 5]);
    expect(whyOut(result, 3)).toBe('enough from desk (2)');
  });
});

describe('the lead', () => {
  const strong = { picture: PICTURE, standfirst: 'In a sentence' };

  test('is the newest story with a picture and a standfirst, and the others follow section by section', () => {
    const sections = [section('wire', rule({ source: ['wire'] })), section('rest')];
    const result = compose(
      input([article(1), article(2, strong), article(3, { sourceId: 'wire' }), article(4, strong)], {
        sections,
      }),
    );
    expect(told(result)).toEqual([2, 3, 1, 4]);
    expect(result.content?.stories.map(({ bit, sectionId }) => [bit, sectionId])).toEqual([
      [0, 'rest'],
      [1, 'wire'],
      [2, 'rest'],
      [3, 'rest'],
    ]);
    const reasons = new Map(result.decisions.map(({ article, reason }) => [article.id, reason]));
    expect(reasons.get(2)).toEqual({ code: 'leads', section: 'REST', update: false });
    expect(reasons.get(3)).toEqual({ code: 'in', section: 'WIRE', update: false });
  });

  test('is never a sensitive story while there is another', () => {
    const sad = { ...strong, tags: ['baby-loss'] };
    expect(told(compose(input([article(1, sad), article(2, sad), article(3)])))).toEqual([3, 1, 2]);
    expect(told(compose(input([article(1, sad), article(2, sad)])))).toEqual([1, 2]);
  });

  test('comes from the preferred sections in their order, where they have a strong one', () => {
    const sections = ['a', 'b', 'c'].map((id) => section(id, rule({ source: [id] })));
    const articles = [
      article(1, { sourceId: 'a', ...strong }),
      article(2, { sourceId: 'b', ...strong }),
      article(3, { sourceId: 'c' }),
    ];
    expect(told(compose(input(articles, { sections, lead: ['c', 'b', 'a'] })))[0]).toBe(2);
    expect(told(compose(input(articles, { sections, lead: [] })))[0]).toBe(1);
    expect(told(compose(input(articles.slice(2), { sections, lead: ['a'] })))[0]).toBe(3);
  });
});

describe('a section takes an article', () => {
  const takes = (when: Parameters<typeof rule>[0], changes: Parameters<typeof article>[1]) =>
    compose(input([article(1, changes)], { sections: [section('it', rule(when))] })).content !== undefined;

  test('by its source, or by any of its categories, whatever their case and accents', () => {
    expect(takes({ source: ['desk'] }, {})).toBe(true);
    expect(takes({ source: ['wire'] }, {})).toBe(false);
    expect(takes({ category: ['Décor'] }, { categories: ['News', 'DECOR'] })).toBe(true);
    expect(takes({ category: ['royal'] }, { categories: ['Royals'] })).toBe(false);
    expect(takes({ source: ['wire'], category: ['royals'] }, { categories: ['Royals'] })).toBe(true);
  });

  test.each([
    ['Beyoncé', 'BEYONCE on stage', true],
    ['beyonce', 'Beyoncé’s new album', true],
    ['kate', 'Kate: what we know', true],
    ['kate', 'Skate park opens', false],
    ['kate', 'Kates everywhere', false],
    ['royal tour', 'The Royal Tour begins', true],
    ['C++', 'Learning C++ at court', true],
    ['a.b', 'A Xb', false],
    ['8', 'Top 18 gowns', false],
    ['королева', 'Её Величество Королева', true],
  ])('by the keyword %j in %j: %s', (keyword, headline, expected) => {
    expect(takes({ keyword: [keyword] }, { headline })).toBe(expected);
    expect(takes({ keyword: [keyword] }, { headline: 'Else', standfirst: headline })).toBe(expected);
    expect(takes({ keyword: [keyword] }, { headline: 'Else', paragraphs: [headline] })).toBe(false);
  });

  test('only the first whose rule fits, in the order of the file; one without a rule takes what is left', () => {
    const sections = [
      section('royal', rule({ keyword: ['king'] })),
      section('wire', rule({ source: ['wire'] })),
      section('rest'),
      section('never', rule({ source: ['desk'] })),
    ];
    const articles = [
      article(1, { headline: 'The King', sourceId: 'wire' }),
      article(2, { sourceId: 'wire' }),
      article(3),
    ];
    const { content } = compose(input(articles, { sections }));
    expect(content?.stories.map((story) => story.sectionId)).toEqual(['royal', 'wire', 'rest']);
    expect(content?.sections).toEqual([
      { id: 'royal', title: 'ROYAL' },
      { id: 'wire', title: 'WIRE' },
      { id: 'rest', title: 'REST' },
    ]);
  });
});

test('an edition holds a copy of what it tells, and of nothing else', () => {
  const { content } = compose(
    input([
      article(1, { headline: 'A <b>headline</b>', author: 'A. Writer', picture: PICTURE, tags: ['illness'] }),
    ]),
  );
  expect(content).toMatchObject({ title: 'The Daily Curtsey', language: 'en' });
  expect(content?.stories[0]).toEqual({
    bit: 0,
    articleId: 1,
    storyId: 1,
    sectionId: 'all',
    headline: 'A <b>headline</b>',
    standfirst: '',
    link: 'https://paper.example/1',
    picture: PICTURE,
    author: 'A. Writer',
    sourceId: 'desk',
    publishedAt: AS_OF - HOUR - 60_000,
    tags: ['illness'],
    chapter: 0,
    update: false,
    earlier: false,
    alsoBy: [],
  });
});

describe('a story that was told', () => {
  const told = new Map([[7, { editionId: 'daily-1', chapter: 0, publishedAt: 0 }]]);

  test('comes back with its next chapter, marked as an update', () => {
    const result = compose(input([article(1, { storyId: 7, chapter: 1 })], {}, { told }));
    expect(result.content?.stories).toMatchObject([{ storyId: 7, chapter: 1, update: true }]);
    const news = compose(input([article(1, { storyId: 7, chapter: 1 })]));
    expect(news.content?.stories).toMatchObject([{ update: false }]);
  });

  test('is told by the article that is furthest, whatever else the others have to show', () => {
    const articles = [
      article(1, { storyId: 7, picture: PICTURE, standfirst: 'Yesterday.' }),
      article(2, { storyId: 7, chapter: 1 }),
    ];
    expect(compose(input(articles, {}, { told })).content?.stories).toMatchObject([{ articleId: 2 }]);
  });
});

test('of one story told by several sources the others are named, each once, three at most', () => {
  const others = ['wire', 'wire', 'court', 'desk', 'post', 'echo'].map((sourceId, n) =>
    article(n + 2, { storyId: 1, sourceId }),
  );
  const { content } = compose(
    input(
      [article(1, { picture: PICTURE }), ...others],
      {},
      { sourceNames: new Map([['wire', 'The Wire']]) },
    ),
  );
  expect(content?.stories).toHaveLength(1);
  expect(content?.stories[0]?.alsoBy).toEqual([
    { name: 'The Wire', link: 'https://paper.example/2' },
    { name: 'court', link: 'https://paper.example/4' },
    { name: 'post', link: 'https://paper.example/6' },
  ]);
});

describe('a light section', () => {
  const sections = [
    { ...section('fun', rule({ category: ['fun'] })), light: true },
    section('news', rule({ category: ['news', 'fun'] })),
    section('court', rule({ category: ['court'] })),
  ];
  const calm = (id: number, category: string) => article(id, { categories: [category] });
  const grave = (id: number, category: string) => article(id, { categories: [category], tags: ['death'] });

  test('takes no sensitive story, which goes where else it fits or is left out with the reason', () => {
    const result = compose(input([calm(1, 'fun'), grave(2, 'fun')], { sections }));
    expect(result.content?.stories.map(({ articleId, sectionId }) => [articleId, sectionId])).toEqual([
      [1, 'fun'],
      [2, 'news'],
    ]);
    const alone = compose(input([calm(1, 'fun'), grave(2, 'fun')], { sections: sections.slice(0, 1) }));
    expect(whyOut(alone, 2)).toBe('FUN is light, and this is about death');
  });

  test('is closed to an article whose story another source tells in plainer words', () => {
    const articles = [
      article(1, { storyId: 9, categories: ['fun'] }),
      article(2, { storyId: 9, categories: ['elsewhere'], tags: ['illness'] }),
      calm(3, 'news'),
    ];
    const stories = compose(input(articles, { sections })).content?.stories;
    expect(stories?.find(({ storyId }) => storyId === 9)).toMatchObject({
      sectionId: 'news',
      tags: ['illness'],
    });
  });

  test('stands at the end, behind something calm', () => {
    const articles = [calm(1, 'news'), calm(2, 'fun'), grave(3, 'court'), grave(4, 'news'), calm(5, 'news')];
    const { content } = compose(input(articles, { sections }));
    expect(content?.sections.map(({ id }) => id)).toEqual(['court', 'news', 'fun']);
    expect(content?.stories.map(({ articleId }) => articleId)).toEqual([1, 3, 4, 5, 2]);
  });
});

describe('the last edition of a week', () => {
  const earlier = (id: number, changes: Partial<Earlier['story']> = {}, led = false): Earlier => {
    const { bit: _, ...told } = story(0, {
      articleId: id,
      storyId: id,
      sectionId: 'all',
      earlier: true,
      publishedAt: AS_OF - id * HOUR,
    });
    return { story: { ...told, ...changes }, led };
  };

  test('holds what the others told, and says in which order a week is worth telling', () => {
    const week = [earlier(20), earlier(21, {}, true), earlier(22, { picture: PICTURE })];
    const { content } = compose(input([article(1), article(2)], {}, { week }));
    expect(content?.stories.map(({ articleId, earlier }) => [articleId, earlier])).toEqual([
      [1, false],
      [2, false],
      [21, true],
      [22, true],
      [20, true],
    ]);
    const inOrder = content?.weekly?.best.map((bit) => content.stories[bit]?.articleId);
    expect(inOrder).toEqual([21, 1, 22, 20, 2]);
  });

  test('never holds more than 64, nor a story twice, nor one of a section that is gone', () => {
    const week = [
      ...Array.from({ length: 80 }, (_, n) => earlier(100 + n)),
      earlier(300, { storyId: 1 }, true),
      earlier(301, { sectionId: 'gone' }, true),
    ];
    const { content } = compose(input([article(1)], {}, { week }));
    expect(content?.stories).toHaveLength(64);
    expect(content?.stories.filter(({ articleId }) => articleId >= 300)).toEqual([]);
  });

  test('is an edition even when nothing is new, for those who had nothing yet', () => {
    const { content } = compose(input([], {}, { week: [earlier(20)] }));
    expect(content?.stories).toMatchObject([{ articleId: 20, earlier: true }]);
    expect(compose(input([], {}, { week: [] })).content).toBeUndefined();
  });
});
