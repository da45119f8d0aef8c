import { ARCHIVE_ACTION, type Notice, SIGN_UP_ACTION } from './notice.ts';

/** What confirming says beside what stands in its templates. */

/** Kept as evidence: what stood above the button. */
export function confirmWording(newsletter: string): string {
  return `Yes, this address is mine, and I would like to receive ${newsletter}.`;
}

export function anewWording(newsletter: string): string {
  return `Send me a new message to confirm ${newsletter}`;
}

type Told = (publisher: string, newsletter: string, preferences: string) => Notice;

export const WELCOME: Told = (_publisher, newsletter, preferences) =>
  onTheList(
    `The next edition of ${newsletter} will come to your inbox. It is good to have you.`,
    preferences,
  );

export const PAUSED: Told = (publisher, newsletter, preferences) =>
  onTheList(
    `You have paused all mail from ${publisher}, and ${newsletter} waits with it. Your preferences are where you end that.`,
    preferences,
  );

function onTheList(sentence: string, preferences: string): Notice {
  return {
    kicker: 'Welcome',
    heading: 'You are on the list',
    paragraphs: [sentence],
    actions: [ARCHIVE_ACTION, { href: preferences, label: 'See your preferences' }],
  };
}

export function already(publisher: string): Notice {
  return {
    kicker: 'All done',
    heading: 'You have already confirmed',
    paragraphs: [
      `Your subscription is active and there is nothing left to do. Every edition from ${publisher} ends with a link to your preferences and one to leave.`,
    ],
    actions: [ARCHIVE_ACTION],
  };
}

/** For somebody who has left since: their link must not bring them back. */
export function expired(signUp: string): Notice {
  return {
    kicker: 'Out of time',
    heading: 'This link is no longer good',
    paragraphs: [
      'A confirmation link works for seven days, and no longer once you have unsubscribed. Sign up again for a fresh one.',
    ],
    actions: [{ href: signUp, label: SIGN_UP_ACTION.label }],
  };
}

export const ANEW_SENT: Notice = {
  kicker: 'Nearly there',
  heading: 'Look in your inbox',
  paragraphs: [
    'A new message is there, or will be in a moment. Its link is good for seven days. We send it at most once a day; if you asked before, the newest of them works.',
  ],
  actions: [ARCHIVE_ACTION],
};

export const ANEW_FAILED: Notice = {
  kicker: 'Not sent',
  heading: 'We could not send a new message',
  paragraphs: [
    'Several have gone to this address already, or mail to it comes back. Please write to us from it, or sign up with another address.',
  ],
  actions: [SIGN_UP_ACTION],
};
