import { runScript } from './child.ts';
import { alone, compare, type Line } from './figures.ts';
import type { MailRun } from './make-mail.ts';
import type { Options } from './options.ts';

/** Rendering once for a variant, merging once for a reader. */
export async function makingMail({ rounds, quick }: Options): Promise<Line[]> {
  const runs: MailRun[] = [];
  for (let round = 0; round < rounds; round += 1)
    runs.push(await runScript<MailRun>('make-mail.ts', { merges: quick ? 5_000 : 50_000 }));
  const of = (name: Exclude<keyof MailRun, 'bytes'>) => runs.map((run) => run[name]);
  const merges = runs.map(({ mergeUs, composeUs }) => ({ ours: mergeUs, theirs: composeUs }));
  return [
    alone('first variant rendered (MJML loaded, the look compiled)', 'ms', of('firstRenderMs')),
    alone('each further variant', 'ms', of('furtherRenderMs'), {
      of: 'ours',
      better: 'lower',
      goal: 1,
      floor: 5,
    }),
    alone('variant prepared for merging', 'µs', of('prepareUs')),
    compare("merge, against nodemailer's composing", 'µs/msg', merges, {
      of: 'ours',
      better: 'lower',
      goal: 20,
      floor: 50,
    }),
    alone("one reader's tokens and Message-ID", 'µs/msg', of('tokensUs')),
  ];
}
