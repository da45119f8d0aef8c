import { AppError } from '../../base/errors.ts';
import type { EmailAddress } from '../../base/text/address.ts';
import { oneLine } from '../../base/text/one-line.ts';
import { addressesOf, type ReaderHistory, readerHistory } from '../../delivery/reader-history.ts';
import type { Ground } from '../../ground.ts';
import { readAddress } from '../arguments.ts';
import { EXIT, say, sayJson } from '../output.ts';

/**
 * `subscribers show EMAIL`: what they agreed to and chose, what they were sent, and every answer a
 * server gave. The former address of somebody who moved leads to them.
 * @throws AppError NOT_FOUND for somebody who was never here, or was erased.
 */
export async function showSubscriber(
  ground: Ground,
  email: string,
  options: { json?: boolean },
): Promise<number> {
  const asked = readAddress(email);
  const known = await readerHistory(ground.db, asked);
  const history = known ?? (await historyOfMoved(ground, asked));
  const movedFrom = known ? undefined : asked;
  if (options.json) sayJson({ ...history, ...(movedFrom && { movedFrom }) });
  else {
    if (movedFrom) say(`${movedFrom} is a former address: its reader has ${history.email} now`);
    for (const line of historyLines(history, ground.clock.now())) say(line);
  }
  return EXIT.done;
}

async function historyOfMoved(ground: Ground, email: EmailAddress): Promise<ReaderHistory> {
  const { movedTo, erasedAt } = await addressesOf(ground.db, email);
  const history = movedTo && (await readerHistory(ground.db, readAddress(movedTo)));
  if (history) return history;
  const why = erasedAt === undefined ? 'never subscribed, or erased' : `erased ${moment(erasedAt)}`;
  throw new AppError('NOT_FOUND', `${email} is not known here: ${why}`);
}

function historyLines(history: ReaderHistory, now: number): string[] {
  const { subscriptions, consents, deliveries, exclusions } = history;
  return [
    ...subscriptions.flatMap(({ newsletterId, state, sections, frequency, leftBecause }) => [
      `${newsletterId}: ${state}, ${sections?.join(' ') ?? 'everything'}${frequency === 'weekly' ? ', one a week' : ''}`,
      ...(leftBecause ? [`  left because: ${oneLine(leftBecause)}`] : []),
    ]),
    ...personLines(history, now),
    ...consents.map(({ at, act, origin, wording }) => `  ${moment(at)}  ${act} (${origin}): ${wording}`),
    ...deliveries.flatMap(({ kind, editionId, state, detail, attempts }) => [
      `${editionId ?? kind}: ${state}${attempts.length === 0 && detail ? ` (${detail})` : ''}`,
      ...attempts.map(({ at, outcome, reply }) => `  ${moment(at)}  ${outcome}: ${reply}`),
    ]),
    ...exclusions.map(({ editionId, reason }) => `${editionId}: left out (${reason})`),
  ];
}

/**
 * Lists the reader's settings. Gives the number of muted subjects, not their names: somebody may be
 * looking over the operator's shoulder.
 */
function personLines(history: ReaderHistory, now: number): string[] {
  const { pausedUntil, mutes, language, timeZone, suppression, addressChanges } = history;
  return [
    ...(suppression ? [`not written to: ${suppression.reason}, since ${moment(suppression.at)}`] : []),
    ...(language ? [`language ${language}`] : []),
    ...(timeZone ? [`time zone ${timeZone}`] : []),
    ...addressChanges.map(({ newEmail, askedAt, doneAt }) =>
      doneAt === null
        ? `asked to move to ${newEmail} ${moment(askedAt)}`
        : `moved to ${newEmail} ${moment(doneAt)}`,
    ),
    ...(pausedUntil !== null && pausedUntil > now ? [`paused until ${moment(pausedUntil)}`] : []),
    ...(mutes.length > 0 ? [`${mutes.length} ${mutes.length === 1 ? 'subject' : 'subjects'} muted`] : []),
  ];
}

function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
