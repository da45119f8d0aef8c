import { type CollectedArticle, canonicalLink } from '../../src/articles/article.ts';
import { answersOf, FIELDS, type Field, type Kind, kindOf, type Theirs, words } from './answers.ts';
import { explanationOf } from './explained.ts';

/** One field of one entry, as both read it. */
export interface Compared {
  readonly feed: string;
  readonly field: Field;
  readonly kind: Kind;
  readonly ours: string;
  readonly theirs: string;
  /** Why it is right that they differ, or that only feedparser answers; undefined where nothing explains it. */
  readonly because: string | undefined;
}

/** An entry as both sides read it; undefined for the side that does not have it. */
export interface Pair {
  readonly ours: CollectedArticle | undefined;
  readonly theirs: Theirs | undefined;
}

/** Every field of every entry that at least one side has. */
export function compare(
  feed: string,
  ours: readonly CollectedArticle[],
  theirs: readonly Theirs[],
): Compared[] {
  return pairs(ours, theirs).flatMap((pair) => FIELDS.map((field) => comparedOf(feed, field, pair)));
}

/** Entries that are one: by their link, else by their place. */
function pairs(ours: readonly CollectedArticle[], theirs: readonly Theirs[]): Pair[] {
  const left = [...ours];
  const found = theirs.map((one, at): Pair => {
    const links = [one.link, one.original, one.id].map((link) => canonicalLink(link));
    const isSame = (article: CollectedArticle) =>
      links.includes(canonicalLink(article.address ?? article.link));
    const same = left.filter(isSame);
    const best = same.find((article) => words(article.headline) === words(one.title)) ?? same[0];
    const inPlace = ours.length === theirs.length ? left.find((article) => article === ours[at]) : undefined;
    const partner = best ?? inPlace;
    if (partner) left.splice(left.indexOf(partner), 1);
    return { ours: partner, theirs: one };
  });
  return [...found, ...left.map((article): Pair => ({ ours: article, theirs: undefined }))];
}

function comparedOf(feed: string, field: Field, { ours, theirs }: Pair): Compared {
  const answers = answersOf(field, ours, theirs);
  const kind = kindOf(field, answers);
  const isQuestion = kind === 'differ' || kind === 'only theirs';
  return {
    feed,
    field,
    kind,
    ours: answers.ours,
    theirs: answers.theirs.join(' | '),
    because: isQuestion && theirs ? explanationOf(field, ours, theirs) : undefined,
  };
}
