/** The process in which articles are compared. */
import { answerBounded } from '../../base/processes/bounded-aside.ts';
import { type MatchAnswer, type MatchTask, matchAll } from './story-matcher.ts';
import { StoryShelf } from './story-shelf.ts';

let shelf = new StoryShelf();

answerBounded<MatchTask, MatchAnswer>(async ({ kind, has, articles }) => {
  if (has === 0) shelf = new StoryShelf();
  if (has !== shelf.size) return { kind: 'lost' };
  if (kind === 'match') return { kind: 'matched', matches: matchAll(shelf, articles) };
  for (const article of articles) shelf.add(article);
  return { kind: 'matched', matches: [] };
});
