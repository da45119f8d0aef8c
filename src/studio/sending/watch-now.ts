import { nextDueAt } from '../../delivery/ledger.ts';
import { type EditionStatus, editionStatus, unsettled } from '../../delivery/progress.ts';
import { type Watch, watchEdition } from '../../delivery/watch-edition.ts';
import { ledgerView } from '../desk/ledger-view.ts';
import type { Studio } from '../studio-deps.ts';
import { count, distance } from '../studio-words.ts';
import type { Glimpse } from './live-editions.ts';

/** The states in which an edition has a way to go. */
export function isGoing({ state }: Pick<EditionStatus, 'state'>): boolean {
  return state === 'frozen' || state === 'paused';
}

/** Returns the state of an edition now: everything that changes while somebody watches. */
export async function nowView(studio: Studio, status: EditionStatus) {
  const { db, clock } = studio;
  const watch = await watchEdition(db, status, clock.now());
  const nextTry = isGoing(status) ? await nextDueAt(db, status.id) : undefined;
  return {
    sentence: sentenceOf(status, watch, nextTry === undefined ? '' : distance(nextTry, clock.now())),
    ledger: ledgerView(status),
    replies: watch.replies.map((reply) => ({ ...reply, attempts: count(reply.attempts) })),
  };
}

/** The same for those who watch live: the page's part, filled, and what a script has to know beside it. */
export async function glimpseOf(studio: Studio, id: string): Promise<Glimpse> {
  const status = await editionStatus(studio.db, id);
  const now = await nowView(studio, status);
  const html = studio.pages.fill('watch-now', now);
  const done = status.prepared === 0 ? 100 : Math.floor((1 - unsettled(status) / status.prepared) * 100);
  return {
    data: JSON.stringify({ state: status.state, sentence: now.sentence, done, html }),
    over: !isGoing(status),
  };
}

function sentenceOf(status: EditionStatus, watch: Watch, nextTry: string): string {
  const { accepted } = status.deliveries;
  const left = unsettled(status);
  const got = `${count(accepted)} of ${count(status.prepared)}`;
  switch (status.state) {
    case 'paused':
      return `Paused: ${got} have it. Nothing more is sent until it is resumed.`;
    case 'cancelled':
      return `Cancelled: ${got} have it, the others will not get it.`;
    case 'finished':
      return accepted === status.prepared ? `Everybody has it: ${got}.` : `Sent: ${got} have it.`;
    default:
      return left === 0
        ? 'Everything is sent and every reply is in. The final count follows in a moment.'
        : going(status, watch, left, nextTry);
  }
}

function going({ deliveries }: EditionStatus, { pace, stands }: Watch, left: number, nextTry: string) {
  if (deliveries.deferred === left)
    return `${count(left)} ${left === 1 ? 'is' : 'are'} being retried, the next ${nextTry}.`;
  if (pace)
    return `${count(left)} to go at ${count(pace.perSecond)} a second: about ${spanInWords(pace.secondsLeft)}.`;
  return `${count(left)} to go.${stands ? ' Nothing has moved in the last minute.' : ''}`;
}

function spanInWords(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
