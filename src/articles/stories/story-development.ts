import { HOUR_MS } from '../../base/clock.ts';
import type { EventKind } from './story-events.ts';
import { type FoundEvent, type StoryText, traitsOf } from './story-traits.ts';
import { plainWords } from './story-words.ts';

/** Before that, what seems further on is only another paper's way to say it. */
const SOONEST_MS = 6 * HOUR_MS;

/**
 * Words for things that may happen, are feared or asked, and for comments on them: none of these is
 * a development.
 */
const HEDGED = new Set(
  (
    'could may might if will would plans planned planning expected expects fears feared hopes faces prays waits awaits how why inside ' +
    'what who where when tribute tributes reacts reaction responds fans remembers remembered breaks speaks opens thanks ' +
    'konnte wohl vielleicht droht plant hofft wie warum reagiert furchtet pourrait craint espere attend comment pourquoi reagit ' +
    'podria teme espera como reacciona pode poderia teme espera reage'
  ).split(' '),
);

/** Words for events that are also used long before the event. */
const LOOSE =
  /^(wedding\p{L}*|bride|nuptial\p{L}*|death|farewell|missing|trial|prison|proces|prozess|juicio|hochzeit\p{L}*|braut|mariage\p{L}*|noces|boda\p{L}*|casamento|tod|mort|morte|muerte|birth|geburt|naissance|nacimiento|nascimento|expecting|settlement)$/u;

/** Words by which a headline continues an earlier story. */
const GOING_ON = new Set('after following days now nach apres tras apos depois desde'.split(' '));

/**
 * True when an article tells what became of a story, not only the same again: six hours or more
 * after the first of the chapter its headline tells a later stage of the same (ill, then dead), or
 * something new that came of it ("… after …"). Careful: a reader minds being told twice more than
 * not being told at once.
 * @param told the articles of the story's newest chapter.
 */
export function isDevelopment(told: readonly StoryText[], article: StoryText): boolean {
  const began = Math.min(...told.map(({ publishedAt }) => publishedAt));
  if (told.length === 0 || article.publishedAt - began < SOONEST_MS) return false;
  const headline = plainWords(article.headline);
  if (headline[0] === 'update') return true;
  if (headline.some((word) => HEDGED.has(word)) || article.headline.includes('?')) return false;
  const before = told.flatMap((one) => lead(one)).map(({ kind }) => kind);
  const firm = lead(article).filter(
    ({ place, words }) => place === 'headline' && !words.some((word) => LOOSE.test(word)),
  );
  return firm.some(
    ({ kind }) => kind.stage > 0 && (isFurther(kind, before) || isNewAfter(kind, before, article)),
  );
}

function lead(text: StoryText): FoundEvent[] {
  return traitsOf(text).events.filter(({ place }) => place !== 'opening');
}

function isFurther(kind: EventKind, before: readonly EventKind[]): boolean {
  const stages = before.filter(({ arc }) => arc === kind.arc).map(({ stage }) => stage);
  return stages.length > 0 && kind.stage > Math.max(...stages);
}

/** "Cancels tour after hospital stay", when the hospital was told and the tour was not. */
function isNewAfter(kind: EventKind, before: readonly EventKind[], article: StoryText): boolean {
  if (before.some(({ arc }) => arc === kind.arc)) return false;
  const goesOn = plainWords(article.headline).some((word) => GOING_ON.has(word));
  return (
    goesOn &&
    lead(article).some((event) => before.some(({ arc, stage }) => stage > 0 && arc === event.kind.arc))
  );
}

/** Time an article of a story appeared, and its chapter. */
export type Told = Pick<StoryText, 'publishedAt'> & { readonly chapter: number };

/**
 * The articles that decide whether a new one begins the next chapter: those of the newest chapter.
 * None where that cannot be, since the new one is of an earlier chapter, or comes too soon after
 * the first of the newest.
 */
export function decisiveFor<Member extends Told>(time: number, members: readonly Member[]): Member[] {
  const newest = Math.max(...members.map(({ chapter }) => chapter));
  if (chapterAt(time, members) !== newest) return [];
  const told = members.filter(({ chapter }) => chapter === newest);
  return time - Math.min(...told.map(({ publishedAt }) => publishedAt)) < SOONEST_MS ? [] : told;
}

/**
 * The newest chapter that had begun by then; an article that arrives late belongs to what was told
 * when it appeared.
 */
export function chapterAt(time: number, members: readonly Told[]): number {
  const begun = members.filter(({ publishedAt }) => publishedAt <= time).map(({ chapter }) => chapter);
  return begun.length > 0 ? Math.max(...begun) : Math.min(...members.map(({ chapter }) => chapter));
}
