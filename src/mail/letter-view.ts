import { oneLine, shorten } from '../base/one-line.ts';
import type { NewsletterConfig, Publisher } from '../config/newsletters.ts';
import type { SystemMail } from '../storage/schema.ts';
import { type Frame, frameOf } from './frame-view.ts';
import { type MailLinks, slotAddress } from './links.ts';
import type { TokenSlot } from './slots.ts';

/** The mails about a subscription itself. */
export type LetterKind = SystemMail;
/** Every one of them. */
export const LETTER_KINDS = [
  'confirmation',
  'welcome',
  'already-subscribed',
  'goodbye',
  'address-old',
  'address-new',
] as const satisfies readonly LetterKind[];

export interface LetterView extends Frame {
  readonly subject: string;
  readonly preheader: string;
  readonly sections: readonly string[];
  /** Each is empty where the letter has no such link. */
  readonly confirm: string;
  readonly preferences: string;
  readonly unsubscribe: string;
  readonly address: string;
  /** What the masthead of an edition says, and a letter does not. */
  readonly date: '';
  readonly greeting: '';
}

interface Wording {
  subject(title: string): string;
  preheader(title: string): string;
  readonly slots: readonly TokenSlot[];
}

const LETTERS: Record<LetterKind, Wording> = {
  // Nobody has proved yet that this mailbox is theirs: no link but the one that does.
  confirmation: {
    subject: (title) => `Please confirm: ${title}`,
    preheader: (title) => `Confirm it, and ${title} is yours. If this was not you, do nothing.`,
    slots: ['confirm'],
  },
  welcome: {
    subject: (title) => `Welcome to ${title}`,
    preheader: () => 'Your subscription has begun, and it ends whenever you say so.',
    slots: ['preferences', 'unsubscribe'],
  },
  'already-subscribed': {
    subject: (title) => `You already get ${title}`,
    preheader: () => 'Nothing has changed, and there is nothing you have to do.',
    slots: ['preferences', 'unsubscribe'],
  },
  goodbye: {
    subject: (title) => `You have left ${title}`,
    preheader: () => 'It was one click to leave, and it is one to come back.',
    slots: ['preferences'],
  },
  'address-old': {
    subject: (title) => `Shall ${title} come to another address?`,
    preheader: () => 'Somebody asked for it. It is changed only if you say yes.',
    slots: ['address'],
  },
  'address-new': {
    subject: (title) => `Is this the new address for ${title}?`,
    preheader: () => 'Say yes, and it comes here. If this was not you, do nothing.',
    slots: ['address'],
  },
};

/** Nothing that was typed into the sign-up form appears here: a letter to a stranger must not carry a stranger's words. */
export function letterView(
  kind: LetterKind,
  newsletter: NewsletterConfig,
  publisher: Publisher,
  links: MailLinks,
): LetterView {
  const frame = frameOf(newsletter, publisher, links, newsletter);
  const { subject, preheader, slots } = LETTERS[kind];
  const address = (name: TokenSlot) => (slots.includes(name) ? slotAddress(links, name) : '');
  return {
    ...frame,
    subject: subject(frame.title),
    preheader: preheader(frame.title),
    sections: newsletter.sections.map((section) => shorten(oneLine(section.title), 40)),
    confirm: address('confirm'),
    preferences: address('preferences'),
    unsubscribe: address('unsubscribe'),
    address: address('address'),
    date: '',
    greeting: '',
  };
}
