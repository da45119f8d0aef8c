import type { Asked } from '../../delivery/answer-to.ts';
import { distance, moment } from '../studio-words.ts';

/** "Did this address get it?", answered in a sentence. */
export function answerTo(asked: Asked, timeZone: string, now: number): string {
  switch (asked.kind) {
    case 'prepared':
      return `${preparedWords(asked, timeZone, now)}${asked.movedTo ? ` The reader has moved to ${asked.movedTo} since.` : ''}`;
    case 'excluded':
      return `No. This address was left out from the start: ${asked.reason}.`;
    case 'later':
      return `No. This address subscribed ${moment(asked.since, timeZone, now)}, when the audience was fixed already.`;
    case 'not owed':
      return 'No. This is a correction, and this address never got what is corrected.';
    case 'elsewhere':
      return 'No. We know the address, but it is not subscribed to this newsletter.';
    case 'erased':
      return `This address was erased at its owner’s wish, ${moment(asked.at, timeZone, now)}. Nothing else about it is kept.`;
    case 'unknown':
      return 'No. This address never subscribed.';
  }
}

type Prepared = Extract<Asked, { kind: 'prepared' }>;

function preparedWords(asked: Prepared, timeZone: string, now: number): string {
  const { state, detail, settledAt, attempts, nextAttemptAt } = asked;
  const when = settledAt === null ? '' : `, ${moment(settledAt, timeZone, now)}`;
  switch (state) {
    case 'accepted':
      return `Yes. The server took it${when}.`;
    case 'uncertain':
      return `Perhaps. The line went dead after the whole message was sent, before the server answered${when}.`;
    case 'rejected':
      return `No. The server refused it for good${when}: ${detail}.`;
    case 'cancelled':
      return `No. It was cancelled${when}: ${detail}.`;
    case 'deferred':
      return `Not yet. The server asked us to come back: ${detail}. It is tried again ${distance(nextAttemptAt, now)}.`;
    case 'transmitting':
      return 'It is being handed over at this moment.';
    default:
      return attempts.length === 0
        ? 'Not yet. It waits for its turn.'
        : 'Perhaps. A first try ended without an answer, and it is about to be sent again.';
  }
}
