import { oneLine, shorten } from '../../base/text/one-line.ts';
import type { NewsletterConfig, Publisher } from '../../config/newsletters.ts';
import type { Words } from '../../config/vocabulary.ts';
import type { SystemMail } from '../../storage/schema/schema.ts';
import { type MailLinks, slotAddress } from '../mail-links.ts';
import type { TokenSlot } from '../mail-slots.ts';
import { type Frame, frameOf } from './frame-view.ts';

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

/** Facts that a letter tells, as of the time it is made. */
export interface LetterAbout {
  /** Each with the titles of the sections its reader chose. */
  readonly newsletters: readonly { readonly title: string; readonly sections: readonly string[] }[];
  /** Titles of those that were asked for and come already. */
  readonly already: readonly string[];
}

export interface LetterView extends Frame {
  readonly subject: string;
  readonly preheader: string;
  readonly words: LetterWords;
  /** Sections that the reader chose, in a letter about one newsletter. */
  readonly sections: readonly string[];
  /** Newsletters with the reader's choices, in a letter about several. */
  readonly newsletters: LetterAbout['newsletters'];
  /** Each is empty where the letter has no such link. */
  readonly confirm: string;
  readonly preferences: string;
  readonly unsubscribe: string;
  readonly address: string;
  /** Date in the masthead of an edition; a letter has none. */
  readonly date: '';
  readonly greeting: '';
  readonly foreign: '';
  readonly foreignDate: '';
}

/** Parts of each letter beside its subject and preview text. */
const PARTS = ['heading', 'body', 'button', 'aside'] as const;
type LetterWords = Readonly<
  Record<(typeof PARTS)[number] | 'unsubscribe' | 'button_fails' | 'already', string>
>;
/** Parts that differ where a letter is about several newsletters. */
const SEVERAL_PARTS: Readonly<Partial<Record<LetterKind, readonly string[]>>> = {
  confirmation: ['subject', 'preheader', 'body', 'button'],
  welcome: ['subject', 'preheader', 'body'],
  'already-subscribed': ['subject', 'body', 'button'],
};
/** A title or a section's name in a letter: one line, and not a long one. */
const LONGEST_NAME = 40;

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

/**
 * Nothing that was typed into the sign-up form appears here: a letter to a stranger must not carry
 * a stranger's words.
 * @param about without it, the newsletter with all its sections.
 */
export function letterView(
  kind: LetterKind,
  newsletter: NewsletterConfig,
  publisher: Publisher,
  links: MailLinks,
  { words, language, about }: { readonly words: Words; readonly language: string; about?: LetterAbout },
): LetterView {
  const newsletters = (about?.newsletters ?? [everythingOf(newsletter)]).map(tidy);
  const isSeveral = newsletters.length > 1;
  const own = frameOf(newsletter, publisher, links, { title: newsletter.title, language });
  const frame = isSeveral ? houseFrame(own, newsletter, publisher, links) : own;
  const title = isSeveral ? words.series(newsletters.map((one) => one.title)) : own.title;
  const values = { title, publisher: oneLine(publisher.name), count: newsletters.length };
  const say = (part: string) => {
    const group = isSeveral && SEVERAL_PARTS[kind]?.includes(part) ? `${kind}.several` : kind;
    return words.say(`letters.${group}.${part}`, values);
  };
  const address = (name: TokenSlot) => (LINKS[kind].includes(name) ? slotAddress(links, name) : '');
  const already = about?.already.map((one) => oneLine(one)) ?? [];
  return {
    ...frame,
    subject: say('subject'),
    preheader: say('preheader'),
    words: {
      ...(Object.fromEntries(PARTS.map((part) => [part, say(part)])) as Record<
        (typeof PARTS)[number],
        string
      >),
      // The link is of the one newsletter the letter is sent for.
      unsubscribe: isSeveral
        ? words.say('unsubscribe.title', { title: own.title })
        : words.say('letters.unsubscribe'),
      button_fails: words.say('letters.button_fails'),
      already:
        already.length > 0 ? words.say('letters.confirmation.already', { title: words.series(already) }) : '',
    },
    sections: isSeveral ? [] : (newsletters[0]?.sections ?? []),
    newsletters: isSeveral ? newsletters : [],
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

/**
 * A letter about several newsletters is in the publisher's name, in the colours of the one it is
 * sent for.
 */
function houseFrame(own: Frame, newsletter: NewsletterConfig, publisher: Publisher, links: MailLinks): Frame {
  const { language } = own;
  return {
    ...frameOf(newsletter, publisher, links, { title: publisher.name, language }),
    logo: null,
    tagline: '',
  };
}

function everythingOf({ title, sections }: NewsletterConfig): LetterAbout['newsletters'][number] {
  return { title, sections: sections.map((section) => section.title) };
}

function tidy({ title, sections }: LetterAbout['newsletters'][number]) {
  const short = (name: string) => shorten(oneLine(name), LONGEST_NAME);
  return { title: short(title), sections: sections.map(short) };
}
