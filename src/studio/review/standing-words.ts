import { capitalised } from '../../base/text/one-line.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { lastChange } from '../../editing/draft-history.ts';
import type { Draft } from '../../editions/store/draft-store.ts';
import { pauseOf } from '../../editions/store/newsletter-store.ts';
import { laterHasLeft } from '../../editions/store/sent-editions.ts';
import { reasonWords } from '../../editions/words/reason-words.ts';
import { revisionWords } from '../../editions/words/revision-words.ts';
import { type Standing, standingOf } from '../../publishing/review.ts';
import type { Studio } from '../studio-deps.ts';
import { count, distance, moment } from '../studio-words.ts';

/**
 * Words on the outcome of an edition if nobody does anything, for its page, the desk and the signed
 * link.
 */
export interface StandingWords {
  /** `waits` asks somebody to act, `bad` did not go as planned. */
  readonly tone: 'calm' | 'good' | 'waits' | 'bad';
  readonly heading: string;
  readonly lines: readonly string[];
  readonly standing: Standing;
  /** It can be let go: a draft, or one that was missed and is not yet overtaken. */
  readonly open: boolean;
}

/** @param readers how many it goes to; undefined where that was not counted. */
export async function standingWords(
  studio: Studio,
  newsletter: NewsletterConfig,
  draft: Draft,
  readers?: string,
): Promise<StandingWords> {
  const now = studio.clock.now();
  const standing = standingOf(draft, newsletter, now);
  const pause = await pauseOf(studio.db, newsletter.id);
  const missed = draft.state === 'missed' && draft.content !== undefined;
  const overtaken = missed && (await laterHasLeft(studio.db, draft));
  const when = `${moment(standing.leavesAt, newsletter.time_zone, now)}, ${distance(standing.leavesAt, now)}`;
  const said = words(draft, standing, { when, readers: readers ?? 'its readers', overtaken });
  const lines = [
    ...said.lines,
    ...(standing.changedSinceApproval && draft.state === 'draft'
      ? [await changedSince(studio, draft, standing)]
      : []),
    ...(pause && draft.state === 'draft'
      ? [`${newsletter.title} is paused by ${pause.by}: nothing is sent.`]
      : []),
    ...notReady(draft),
  ];
  return { ...said, lines, standing, open: draft.state === 'draft' || (missed && !overtaken) };
}

interface Setting {
  readonly when: string;
  readonly readers: string;
  readonly overtaken: boolean;
}

type Said = Pick<StandingWords, 'tone' | 'heading' | 'lines'>;

function words(draft: Draft, standing: Standing, setting: Setting): Said {
  const { when, readers } = setting;
  switch (standing.kind) {
    case 'goes':
      return standing.late
        ? { tone: 'bad', heading: `Should have gone out on ${when}`, lines: ['We try again every minute.'] }
        : { tone: 'calm', heading: `Goes to ${readers} on ${when}, unless it is held`, lines: [] };
    case 'approved':
      return {
        tone: 'good',
        heading: standing.late
          ? `Approved, overdue since ${when}`
          : `Approved: goes to ${readers} on ${when}`,
        lines: [`Approved by ${draft.approvedBy}.`],
      };
    case 'waits':
      return {
        tone: standing.late ? 'bad' : 'waits',
        heading: standing.late ? `Waits for approval, overdue since ${when}` : 'Waits for approval',
        lines: [waitingFor(draft, standing), whatComes(standing, when, readers)],
      };
    case 'held':
      return {
        tone: standing.late ? 'bad' : 'waits',
        heading: `Held by ${draft.heldBy}`,
        lines: [
          `Nobody gets it until the hold is released. Its send time ${standing.late ? 'was' : 'is'} ${when}.`,
        ],
      };
    default:
      return ended(draft, standing, setting);
  }
}

function waitingFor({ corrects }: Draft, { needsApproval }: Standing): string {
  if (corrects !== null) return 'Once approved, a correction goes only to those who got what it corrects.';
  return needsApproval === 'sensitive'
    ? 'It has a story on a sensitive subject, so somebody must approve it.'
    : 'Every edition of this newsletter needs approval.';
}

function whatComes({ late }: Standing, when: string, readers: string): string {
  return late
    ? `If approved now, it goes out at once, to ${readers}.`
    : `If approved in time, it goes to ${readers} on ${when}; if later, at once.`;
}

const BACK_HELD = 'Its send time has passed. If you bring it back, it is on hold until somebody releases it.';

/** Words for an edition that is over, or that never was one. */
const ENDED: Readonly<Partial<Record<Standing['kind'], Said>>> = {
  frozen: { tone: 'good', heading: 'Sending', lines: [] },
  finished: { tone: 'good', heading: 'Sent', lines: [] },
  paused: { tone: 'bad', heading: 'Paused while sending', lines: ['Some readers may already have it.'] },
  cancelled: { tone: 'bad', heading: 'Cancelled', lines: ['Some readers may already have it.'] },
  empty: { tone: 'calm', heading: 'Nothing new to send', lines: [] },
};

function ended({ state, reason, approvedBy }: Draft, { kind, late }: Standing, { overtaken }: Setting): Said {
  const why = reason === null ? [] : [`${capitalised(reasonWords(reason))}.`];
  const known = ENDED[kind];
  if (known) {
    const approved = approvedBy === null || known.tone !== 'good' ? [] : [`Approved by ${approvedBy}.`];
    return { ...known, lines: [...approved, ...known.lines, ...why] };
  }
  if (state === 'skipped')
    return {
      tone: 'calm',
      heading: capitalised(reason ? reasonWords(reason) : 'skipped'),
      lines: late ? [BACK_HELD] : [],
    };
  const way = overtaken
    ? 'A later edition has gone out since, so this one stays here.'
    : 'If approved now, it still goes out, at once.';
  return { tone: 'bad', heading: 'Missed: nobody got it', lines: [...why, way] };
}

const AFTER_A_CHANGE: Readonly<Partial<Record<Standing['kind'], string>>> = {
  waits: ' It needs approval again.',
  goes: ' It goes out all the same.',
};

async function changedSince(
  { db }: Studio,
  { id, approvedBy, approvedRevision }: Draft,
  { kind }: Standing,
): Promise<string> {
  const last = await lastChange(db, id, approvedRevision ?? 0);
  const changed = last ? `changed by ${last.by}: ${revisionWords(last.what)}` : 'changed';
  return `Approved by ${approvedBy}, then ${changed}.${AFTER_A_CHANGE[kind] ?? ''}`;
}

function notReady({ state, reason }: Draft): string[] {
  return state === 'draft' && reason?.code === 'not-ready' ? [`${capitalised(reasonWords(reason))}.`] : [];
}

/** `1 reader`, `about 120,000 readers`. */
export function readersInWords(number: number, exact: boolean): string {
  return `${exact ? '' : 'about '}${count(number)} ${number === 1 ? 'reader' : 'readers'}`;
}
