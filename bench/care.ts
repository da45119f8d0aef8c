import { tagsOf } from '../src/articles/subjects/sensitivity.ts';
import { readSubjects } from '../src/config/sensitive.ts';
import { type Labelled, readLabelled, score } from '../test/labelled/score.ts';
import { alone, type Goal, type Line } from './figures.ts';
import type { Options } from './options.ts';

const RECALL: Goal = { of: 'ours', better: 'higher', goal: 0.95, floor: 0.95 };
const PRECISION: Goal = { of: 'ours', better: 'higher', goal: 0.85, floor: 0.85 };
const QUICK_ENOUGH: Goal = { of: 'ours', better: 'lower', goal: 0.5, floor: 1 };
const WARM_UP = 100;
const PARAGRAPH =
  'The gardener, who had lost a glove by the gate, said that nobody minded the frost in May, and that the roses never had. ';

/** How well the rules for sensitive subjects find what people found in the labelled texts, and how long one article takes. */
export async function care({ rounds }: Options): Promise<Line[]> {
  const subjects = readSubjects();
  const labelled = readLabelled();
  const of = (name: string, texts: readonly Labelled[], only?: string) => {
    const { recall, precision } = score(texts, subjects, only);
    return [
      alone(`${name}: recall`, '', [recall], RECALL),
      alone(`${name}: precision`, '', [precision], PRECISION),
    ];
  };
  return [
    ...of(`${labelled.length} texts`, labelled),
    ...of(
      'a third, held out',
      labelled.filter(({ isHoldout }) => isHoldout),
    ),
    ...subjects.flatMap(({ id }) => of(id, labelled, id)),
    alone('an article of 5 KB', 'ms', times(rounds), QUICK_ENOUGH),
  ];

  function times(count: number): number[] {
    const paragraphs = Array.from({ length: 14 }, () => PARAGRAPH.repeat(3));
    const article = {
      headline: 'A garden',
      standfirst: 'In May',
      paragraphs,
      categories: [],
      language: 'en',
    };
    const once = () => {
      const start = performance.now();
      for (let at = 0; at < WARM_UP; at += 1) tagsOf(article, subjects);
      return (performance.now() - start) / WARM_UP;
    };
    once();
    return Array.from({ length: count }, once);
  }
}
