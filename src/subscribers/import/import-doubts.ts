import { AppError } from '../../base/errors.ts';
import { oneLine, shorten } from '../../base/text/one-line.ts';
import type { Doubt } from './import-survey.ts';

const MOST_NAMED = 20;

/**
 * Builds the error of an import that might make people active who had left: every doubt, and what
 * settles each.
 */
export function consentUnclear(file: string, doubts: readonly Doubt[]): AppError {
  const named = doubts.slice(0, MOST_NAMED).map((doubt) => lineOf(doubt, file));
  const more = doubts.length > MOST_NAMED ? [`and ${doubts.length - MOST_NAMED} more`] : [];
  const columns = doubts.filter(({ column }) => column !== undefined);
  const [first] = columns;
  const name = shorten(oneLine(first?.column ?? ''), 60);
  const ways = first?.isEvidence
    ? [
        `--map subscribed="${name}" takes those alone who have a time there`,
        `--map opted_in_at="${name}" takes all`,
      ]
    : [
        `--map subscribed="${name}" where yes or a day means that they get mail`,
        `--map unsubscribed="${name}" where it means that they left`,
        `--map status="${name}" for words such as unsubscribed or bounced`,
        `--ignore "${name}" where it says nothing of the kind`,
      ];
  const everybody = [
    '--status subscribed, unsubscribed, bounced or complained says it of everybody in the file',
  ];
  return new AppError(
    'CONSENT_UNCLEAR',
    ['Somebody in it may have left, or never agreed. Nothing was written.', ...named, ...more].join('\n'),
    { hint: `Say what it means: ${(columns.length > 0 ? ways : everybody).join('; ')}.` },
  );
}

function lineOf({ column, samples, isEvidence }: Doubt, file: string): string {
  if (column === undefined) return `The file is called ${file}`;
  const what = isEvidence ? 'a time that only some of them have' : 'nothing says what it means';
  const words = samples === '' ? '' : `: ${shorten(oneLine(samples), 120)}`;
  return `The column "${shorten(oneLine(column), 60)}" (${what})${words}`;
}
