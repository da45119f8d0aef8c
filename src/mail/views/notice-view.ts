import { capitalised, oneLine, shorten } from '../../base/text/one-line.ts';
import type { NewsletterConfig, Publisher } from '../../config/newsletters.ts';
import type { Words } from '../../config/vocabulary.ts';
import type { Edition, EditionStory } from '../../editions/edition.ts';
import { leadOf } from '../../editions/editorial.ts';
import { selectAll, storiesIn } from '../../editions/selection.ts';
import type { StudioMail } from '../../storage/schema/schema.ts';
import { type MailLinks, slotAddress } from '../mail-links.ts';
import { type Frame, frameOf } from './frame-view.ts';
import { clockTime, dayAndMonth } from './mail-dates.ts';

/** The letters that tell editors how a draft stands. */
export type NoticeKind = Exclude<StudioMail, 'test'>;
/** Every one of them. */
export const NOTICE_KINDS = [
  'draft-ready',
  'draft-reminder',
  'draft-missed',
] as const satisfies readonly NoticeKind[];

/** Facts about a draft for an editor. */
export interface Notice {
  readonly edition: Edition;
  /** Time it leaves, or would have left; UTC milliseconds. */
  readonly leavesAt: number;
  /** Time the letter is written; UTC milliseconds. */
  readonly toldAt: number;
  /** Outcome if nobody does anything. */
  readonly fate: 'goes' | 'approved' | 'waits' | 'held';
  /**
   * Reason that a missed edition can no longer go: nothing was made of it, or a later edition has
   * left.
   */
  readonly gone?: 'nothing' | 'overtaken';
  /** In a correction: the date of the edition that it corrects. */
  readonly corrects?: number;
  /** Name of the person who holds it, or nothing. */
  readonly heldBy: string;
  /** Sentence that says why it has not left, or nothing. */
  readonly reason: string;
  /** True for editors who may approve; others are only asked to look. */
  readonly mayApprove: boolean;
}

export interface NoticeView extends Frame {
  readonly subject: string;
  readonly preheader: string;
  readonly words: Readonly<Record<(typeof PARTS)[number] | (typeof SHARED_PARTS)[number], string>>;
  /** "Sunday 22 November, 07:00 GMT"; nothing for a correction, which is due at no moment. */
  readonly when: string;
  /** Number of stories, or nothing for none. */
  readonly count: string;
  /** That there are stories on sensitive subjects, or nothing. */
  readonly sensitive: string;
  readonly fate: string;
  /** In English whatever the letter's language, or nothing. */
  readonly reason: string;
  /** Inbox line that a reader of everything sees; nothing where there is nothing to read. */
  readonly inbox: string;
  /** None where the subject tells all there is. */
  readonly headlines: readonly string[];
  /** Number of further stories, or nothing. */
  readonly more: string;
  readonly look: string;
  /** Empty for who may not. */
  readonly approve: string;
  readonly hold: string;
  /** Date in the masthead of an edition; a letter has none. */
  readonly date: '';
  readonly greeting: '';
  readonly foreign: '';
  readonly foreignDate: '';
}

const PARTS = ['heading', 'body'] as const;
/** The words about a correction, whatever kind of letter it is. */
const OF_A_CORRECTION = 'draft-correction';
const SHARED_PARTS = ['inbox', 'begins', 'look', 'approve', 'hold', 'aside'] as const;
const HEADLINES = 5;
const HEADLINE_MAX = 120;

/** @param subject the line that a reader of everything would see in the inbox. */
export function noticeView(
  kind: NoticeKind,
  newsletter: NewsletterConfig,
  { publisher, links }: { readonly publisher: Publisher; readonly links: MailLinks },
  { words, language }: { readonly words: Words; readonly language: string },
  notice: Notice & { readonly subject: string },
): NoticeView {
  const { content } = notice.edition;
  const { corrects } = notice;
  const frame = frameOf(newsletter, publisher, links, { title: newsletter.title, language });
  const spoken = language.startsWith(words.language) ? language : words.language;
  const day = (moment: number) => dayAndMonth(moment, spoken, newsletter.time_zone, notice.toldAt);
  const date = day(notice.leavesAt);
  const time = clockTime(notice.leavesAt, spoken, newsletter.time_zone);
  const all = storiesIn(content, selectAll(content));
  const lead = leadOf(content, all);
  const stories = all.toSorted((a, b) => Number(b === lead) - Number(a === lead));
  const sensitive = stories.filter(({ tags }) => tags.length > 0).length;
  const told = { title: frame.title, date: day(corrects ?? notice.leavesAt), time };
  const own = corrects === undefined ? kind : OF_A_CORRECTION;
  const say = (part: string) => words.say(`letters.${own}.${part}`, told);
  const fate = words.say(`letters.draft.${kind === 'draft-missed' ? (notice.gone ?? 'late') : notice.fate}`, {
    date,
    time,
    editor: oneLine(notice.heldBy),
  });
  const lines = linesOf(notice, stories).map((line) => shorten(oneLine(line), HEADLINE_MAX));
  const beginning = isToldBy(notice.subject, lines) ? [] : lines;
  const review = slotAddress(links, 'review');
  const more = lines.length - HEADLINES;
  const mayAct = notice.mayApprove && notice.gone === undefined;
  return {
    ...frame,
    subject: say('subject'),
    preheader: fate,
    words: Object.fromEntries([
      ...PARTS.map((part) => [part, say(part)]),
      ...SHARED_PARTS.map((part) => [part, words.say(`letters.draft.${part}`, { title: frame.title })]),
    ]) as NoticeView['words'],
    when: corrects === undefined ? words.say('letters.draft.when', { date, time }) : '',
    count:
      stories.length === 0 || corrects !== undefined
        ? ''
        : words.say('letters.draft.count', { count: stories.length }),
    sensitive: sensitive === 0 ? '' : words.say('letters.draft.sensitive', { count: sensitive }),
    fate,
    reason: sentence(oneLine(notice.reason)),
    inbox: lines.length === 0 ? '' : notice.subject,
    headlines: beginning.slice(0, HEADLINES),
    more: more > 0 ? words.say('letters.draft.more', { count: more }) : '',
    look: review,
    approve: mayAct ? `${review}#approve` : '',
    hold: mayAct ? `${review}#hold` : '',
    date: '',
    greeting: '',
    foreign: '',
    foreignDate: '',
  };
}

/**
 * Returns the opening lines: the editor's words of a correction, the stories of everything else.
 */
function linesOf({ corrects, edition }: Notice, stories: readonly EditionStory[]): string[] {
  const words = edition.content.intro?.text;
  return corrects === undefined || !words ? stories.map(({ headline }) => headline) : [words];
}

/** Reports whether the only headline is already in the subject, at least as long as here. */
function isToldBy(subject: string, [line, ...others]: readonly string[]): boolean {
  return line !== undefined && others.length === 0 && subject.includes(line);
}

/** "held by Anna" → "Held by Anna." */
function sentence(text: string): string {
  return text && `${capitalised(text.replace(/[.\s]+$/, ''))}.`;
}
