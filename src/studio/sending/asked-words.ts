import type { Asked } from '../../delivery/answer-to.ts';
import { distance, moment } from '../studio-words.ts';

/** "Did this address get it?", answered in a sentence. */
export function answerTo(asked: Asked, timeZone: string, now: number): string {
  switch (asked.kind) {
    case 'prepared':
      return `${preparedWords(asked, timeZone, now)}${asked.movedTo ? ` The reader has since moved to ${asked.movedTo}.` : ''}`;
    case 'excluded':
      return `No. This address was excluded: ${asked.reason}.`;
    case 'later':
      return `No. This address subscribed ${moment(asked.since, timeZone, now)}, after the audience was fixed.`;
    case 'not owed':
      return 'No. This is a correction, and this address never got what it corrects.';
    case 'elsewhere':
      return 'No. We know the address, but it is not subscribed to this newsletter.';
    case 'erased':
      return `This address was deleted at its owner’s request, ${moment(asked.at, timeZone, now)}. Nothing else about it is kept.`;
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
      return `Yes. The server accepted it${when}.`;
    case 'uncertain':
      return `Perhaps. The connection dropped after the whole message was sent, before the server replied${when}.`;
    case 'rejected':
      return `No. The server rejected it${when}: ${detail}.`;
    case 'cancelled':
      return `No. It was cancelled${when}: ${detail}.`;
    case 'deferred':
      return `Not yet. The server deferred it: ${detail}. We try again ${distance(nextAttemptAt, now)}.`;
    case 'transmitting':
      return 'It is being handed over right now.';
    default:
      return attempts.length === 0
        ? 'Not yet. It is waiting for its turn.'
        : 'Perhaps. A first attempt got no reply, and it is about to be resent.';
  }
}
