import { MAX_MOVES_A_DAY } from '../subscribers/address-change.ts';
import { type Notice, SIGN_UP_ACTION } from './notice.ts';

/** What a change of address says beside what stands in its templates. */

/** Kept as evidence: what stood on the button. */
export const YES_OLD = 'Yes, send it to the new address';
export const YES_NEW = 'Yes, send it here from now on';

export const SAME_ADDRESS = 'That is the address you have already.';
export const TOO_OFTEN = `You have asked ${MAX_MOVES_A_DAY} times today. Please try again tomorrow.`;

/** The same whatever the new address is to us. */
export const ASKED: Notice = {
  kicker: 'Nearly there',
  heading: 'Look in both inboxes',
  paragraphs: [
    'We have written to your address and to the new one. Open both messages and say yes: your mail moves with the second yes, and not before.',
    'The question lapses after seven days. If nothing arrives, look among the unwanted mail.',
  ],
  actions: [],
};

export function halfDone(side: 'old' | 'new'): Notice {
  return {
    kicker: 'One of two',
    heading: 'Thank you. One more yes',
    paragraphs: [
      `The message in the ${side === 'old' ? 'new' : 'old'} mailbox is still to be answered. Until then everything stays as it was.`,
    ],
    actions: [],
  };
}

export const MOVED: Notice = {
  kicker: 'Done',
  heading: 'Your mail has moved',
  paragraphs: [
    'From now on it comes to the new address, with everything you had chosen. The links in older mails go on working.',
  ],
  actions: [],
};

/** Only the owner of that mailbox ever reads this. */
export const TAKEN: Notice = {
  kicker: 'Not possible',
  heading: 'This address has mail of its own',
  paragraphs: [
    'Subscriptions come to this address already, and two readers cannot be made one. Choose what you want with the links in the mails that come here, and unsubscribe the other address.',
  ],
  actions: [],
};

export const REFUSED: Notice = {
  kicker: 'As you wish',
  heading: 'Everything stays as it is',
  paragraphs: ['The wish for another address is forgotten.'],
  actions: [],
};

/** For a question that was answered no, that lapsed, or that a later one replaced. */
export const SETTLED: Notice = {
  kicker: 'No question any more',
  heading: 'There is nothing left to answer',
  paragraphs: [
    'The question was answered, has lapsed after seven days, or was asked anew. Nothing was changed. You can ask again from your preferences: every mail links to them.',
  ],
  actions: [SIGN_UP_ACTION],
};
