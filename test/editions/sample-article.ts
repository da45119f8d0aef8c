import type { Article } from '../../src/articles/article.ts';
import type { ComposeInput, Composition } from '../../src/composing/compose.ts';
import { decisionWords } from '../../src/composing/decision-words.ts';
import type { SectionConfig } from '../../src/config/newsletters.ts';
import { newsletter, PICTURE } from '../mail/sample.ts';

/** Articles and rules with defaults; a test names only what it is about. */

export const HOUR = 3_600_000;
export const AS_OF = Date.UTC(2026, 10, 22, 7);
export { PICTURE };

/** Published an hour before the edition looks, a minute earlier for every further id. */
export function article(id: number, changes: Partial<Article> = {}): Article {
  const publishedAt = changes.publishedAt ?? AS_OF - HOUR - id * 60_000;
  return {
    id,
    sourceId: 'desk',
    storyId: id,
    chapter: 0,
    link: `https://paper.example/${id}`,
    address: changes.link ?? `https://paper.example/${id}`,
    headline: `Headline ${id}`,
    standfirst: '',
    paragraphs: [],
    author: '',
    categories: [],
    tags: [],
    picture: null,
    otherPictures: [],
    language: 'en',
    publishedAt,
    firstSeenAt: publishedAt,
    ...changes,
  };
}

export function section(id: string, changes: Partial<SectionConfig> = {}): SectionConfig {
  return {
    id,
    title: id.toUpperCase(),
    light: false,
    when: { source: [], category: [], keyword: [] },
    ...changes,
  };
}

export function rule(changes: Partial<SectionConfig['when']>): Pick<SectionConfig, 'when'> {
  return { when: { source: [], category: [], keyword: [], ...changes } };
}

export function input(
  articles: readonly Article[],
  rules: Parameters<typeof newsletter>[0] = {},
  changes: Partial<ComposeInput> = {},
): ComposeInput {
  return {
    newsletter: newsletter({ sections: [section('all')], ...rules }),
    articles,
    asOf: AS_OF,
    previous: undefined,
    told: new Map(),
    ...changes,
  };
}

/** Article ids in the order of the edition. */
export function told({ content }: Composition): number[] {
  return content?.stories.map((story) => story.articleId) ?? [];
}

/** Returns why an article is out, in words. */
export function whyOut({ decisions }: Composition, id: number): string | undefined {
  const decision = decisions.find((one) => one.article.id === id && !one.in);
  return decision && decisionWords(decision.reason);
}
