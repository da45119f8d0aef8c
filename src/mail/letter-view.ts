import { oneLine, shorten } from '../base/one-line.ts';
import type { NewsletterConfig, Publisher } from '../config/newsletters.ts';
import type { Words } from '../config/vocabulary.ts';
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
  readonly words: LetterWords;
  readonly sections: readonly string[];
  /** Each is empty where the letter has no such link. */
  readonly confirm: string;
  readonly preferences: string;
  readonly unsubscribe: string;
  readonly address: string;
  /** What the masthead of an edition says, and a letter does not. */
  readonly date: '';
  readonly greeting: '';
  readonly foreign: '';
  readonly foreignDate: '';
}

/** What each letter says beside its subject and preheader. */
const PARTS = ['heading', 'body', 'button', 'aside'] as const;
const SHARED_PARTS = ['unsubscribe', 'button_fails'] as const;
type LetterWords = Readonly<Record<(typeof PARTS)[number] | (typeof SHARED_PARTS)[number], string>>;

/** The personal links of each. */
const LINKS: Record<LetterKind, readonly TokenSlot[]> = {
  // Nobody has proved yet that this mailbox is theirs: no link but the one that does.
  confirmation: ['confirm'],
  welcome: ['preferences', 'unsubscribe'],
  'already-subscribed': ['preferences', 'unsubscribe'],
  goodbye: ['preferences'],
  'address-old': ['address'],
  'address-new': ['address'],
};

/** Nothing that was typed into the sign-up form appears here: a letter to a stranger must not carry a stranger's words. */
export function letterView(
  kind: LetterKind,
  newsletter: NewsletterConfig,
  publisher: Publisher,
  links: MailLinks,
  { words, language }: { readonly words: Words; readonly language: string },
): LetterView {
  const frame = frameOf(newsletter, publisher, links, { title: newsletter.title, language });
  const { title } = frame;
  const say = (part: string) => words.say(`letters.${kind}.${part}`, { title });
  const address = (name: TokenSlot) => (LINKS[kind].includes(name) ? slotAddress(links, name) : '');
  return {
    ...frame,
    subject: say('subject'),
    preheader: say('preheader'),
    words: Object.fromEntries([
      ...PARTS.map((part) => [part, say(part)]),
      ...SHARED_PARTS.map((part) => [part, words.say(`letters.${part}`)]),
    ]) as LetterWords,
    sections: newsletter.sections.map((section) => shorten(oneLine(section.title), 40)),
    confirm: address('confirm'),
    preferences: address('preferences'),
    unsubscribe: address('unsubscribe'),
    address: address('address'),
    date: '',
    greeting: '',
    foreign: '',
    foreignDate: '',
  };
}
