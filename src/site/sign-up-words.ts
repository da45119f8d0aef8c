import type { Refusal } from '../subscribers/address-policy.ts';
import type { Notice } from './notice.ts';

/** What the sign-up says beside what stands in its template. */

export const NO_EMAIL = 'Please enter your email address.';
export const NO_NEWSLETTER = 'Please choose at least one newsletter.';
export const HASTY =
  'That was quicker than most people type. Please press the button once more, so that we know a person is there.';
export const CHECK_THE_FORM = 'Please check the form';

export function noSections(newsletter: string): string {
  return `Please choose at least one section of ${newsletter}.`;
}

export function unusable(reason: string): string {
  return `This address cannot be used: ${reason}.`;
}

export function didYouMean(address: string): string {
  return `Did you mean ${address}? If what you typed is right, press the button once more.`;
}

export const REFUSED: Readonly<Record<Refusal, string>> = {
  role: 'This is the address of a task, not of a person. Please give one that you read yourself.',
  disposable:
    'This is an address for a short while, and a newsletter is for longer. Please give one that you will keep.',
};

/**
 * The same for every address: what it is to us already, its owner learns by mail and nobody else learns at all. So every
 * sentence has to be true of new and known addresses alike.
 */
export function lookInYourInbox(rehearsal: boolean, newsletters: number): Notice {
  return {
    kicker: 'Nearly there',
    heading: 'Look in your inbox',
    paragraphs: [
      `${newsletters > 1 ? 'A message for each newsletter' : 'A message'} goes to the address you gave. Press the button in it, and then the one on the page that opens: that tells us the address is yours, and your subscription begins. If you are subscribed already, the message says so.`,
      'We send it at most once a day. If you signed up before in the last day and have not confirmed yet, the message you already have still works, for the sections you have just chosen.',
      'Nothing there after a few minutes? Look among the junk. If there may have been a typing mistake in the address, sign up again.',
      ...(rehearsal ? ['This is a rehearsal: no mail leaves this machine. Look among the caught mail.'] : []),
    ],
    actions: [
      ...(rehearsal ? [{ href: '/studio/caught', label: 'See the caught mail' }] : []),
      { href: '/', label: 'Back to the sign-up page' },
    ],
  };
}
