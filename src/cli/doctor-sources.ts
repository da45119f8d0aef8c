import type { App } from '../app.ts';
import type { LeftOut } from '../articles/article.ts';
import { type SourceReading, sourceStates } from '../articles/source-store.ts';
import { counted } from './output.ts';

const WORDS: Readonly<Record<LeftOut, readonly [one: string, several: string]>> = {
  draft: ['draft', 'drafts'],
  private: ['not public', 'not public'],
  scheduled: ['waits for its moment', 'wait for their moment'],
  expired: ['expired', 'expired'],
  page: ['page of a site', 'pages of a site'],
  folder: ['folder of a site', 'folders of a site'],
  kind: ['kind of file that is not read', 'kinds of file that are not read'],
};

/** Says of each folder which of its files were no articles when it was read last, and how many have something to mend. */
export async function leftOutFiles(app: App): Promise<{ part: string; verdict: 'note'; says: string }[]> {
  const states = await sourceStates(app.db);
  return app.config.sources.flatMap(({ id, ...source }) => {
    const reading = states.get(id)?.reading;
    const lines = 'folder' in source && reading ? linesOf(reading) : [];
    return lines.map((line) => ({ part: 'sources', verdict: 'note' as const, says: `${id}: ${line}` }));
  });
}

function linesOf({ refused, refusedInAll, leftOutInAll = 0 }: SourceReading): string[] {
  const kinds = refused.flatMap(({ leftOut }) => leftOut ?? []);
  const parts = [...new Set(kinds)].map((kind) =>
    counted(kinds.filter((one) => one === kind).length, ...WORDS[kind]),
  );
  const others = leftOutInAll - kinds.length;
  if (others > 0) parts.push(`${others} more`);
  return [
    ...(refusedInAll > 0
      ? [
          `${counted(refusedInAll, 'file has', 'files have')} something to mend; \`broadsheet collect\` says what`,
        ]
      : []),
    ...(leftOutInAll > 0 ? [`left out: ${parts.join(', ')}; \`broadsheet collect\` names each`] : []),
  ];
}
