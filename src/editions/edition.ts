import type { Picture } from '../articles/article.ts';
import type { PictureCuts } from '../articles/pictures/pictures.ts';

/** A picture as an edition shows it; without cuts, as its source has it. */
export interface EditionPicture extends Picture {
  readonly cuts?: PictureCuts;
}

/** Another source that tells the same story. */
export interface AlsoBy {
  readonly name: string;
  readonly link: string;
}

/**
 * One story as an edition tells it: what was chosen and said is copied here, so a frozen edition
 * never changes.
 */
export interface EditionStory {
  /** Its place in every selection of this edition, 0 to 63, in the order of the mail. */
  readonly bit: number;
  /**
   * Story at the time of composing; a later split or merge may have changed it: ask the article.
   */
  readonly storyId: number;
  readonly articleId: number;
  readonly sectionId: string;
  readonly headline: string;
  readonly standfirst: string;
  /** The address as its editor wrote it, or `article:…` for one that is read on our own site. */
  readonly link: string;
  readonly picture: EditionPicture | null;
  readonly author: string;
  readonly sourceId: string;
  readonly publishedAt: number;
  /** Sensitive subjects; a story that has any never leads or names the mail by itself. */
  readonly tags: readonly string[];
  readonly chapter: number;
  /** Told before, and this is what happened since: it is marked so. */
  readonly update: boolean;
  /** From an earlier edition of the week: only for readers who get one a week. */
  readonly earlier: boolean;
  readonly alsoBy: readonly AlsoBy[];
}

/** A story that an editor took out, or that the checks refused. */
export interface DroppedStory extends Omit<EditionStory, 'bit'> {
  /** The articles that came after it in its section: so it comes back to where it was. */
  readonly before?: readonly number[];
  /** Sentence from the checks that refused it; absent where an editor took it out. */
  readonly because?: string;
}

export interface EditionSection {
  readonly id: string;
  readonly title: string;
  /** Shopping, fun and the like. */
  readonly light?: boolean;
}

/**
 * Words an editor wrote for the whole mail, instead of those we would make. A reader gets them only
 * with every story they name, and with a story of each sensitive subject they touch: who muted that
 * has none, and reads our own calm words.
 */
export interface EditorialLine {
  readonly text: string;
  /** Sensitive subjects of the words themselves. */
  readonly tags: readonly string[];
  /** Articles of this edition whose stories the words name. */
  readonly about: readonly number[];
}

/** Content of an edition, as a value: composed once, stored as JSON, rendered from that alone. */
export interface EditionContent {
  readonly title: string;
  readonly language: string;
  readonly sections: readonly EditionSection[];
  /** The lead first, then section by section. At most 64. */
  readonly stories: readonly EditionStory[];
  readonly subject?: EditorialLine;
  readonly preheader?: EditorialLine;
  /** Above the first story, and below the last; paragraphs are parted by an empty line. */
  readonly intro?: EditorialLine;
  readonly signoff?: EditorialLine;
  /**
   * The article an editor pinned to the top: it leads for every reader who gets it, whatever its
   * subjects.
   */
  readonly pinned?: number;
  /**
   * Stories that an editor took out or the checks refused, kept so that they can come back. In no
   * mail.
   */
  readonly dropped?: readonly DroppedStory[];
  /**
   * In a correction: the date of the edition that it corrects. Its intro is the correction, and is
   * marked so.
   */
  readonly corrects?: number;
  /** Corrections since it was sent, the newest first. Shown only on its page in the archive. */
  readonly corrections?: readonly string[];
  /** Only in the last edition of a week, which also goes to those who want one a week. */
  readonly weekly?: {
    /** Bits, the story with most to show first. */
    readonly best: readonly number[];
    /** Most stories such a reader gets. */
    readonly most: number;
  };
}

export interface Edition {
  /** `<newsletter>-<slot in UTC>`, such as `daily-20261122T0700Z`. */
  readonly id: string;
  readonly newsletterId: string;
  /** UTC milliseconds: the moment it was due. */
  readonly slot: number;
  /**
   * UTC milliseconds: the moment whose day it bears, which is when it leaves; absent, that is its
   * slot.
   */
  readonly datedAt?: number;
  readonly content: EditionContent;
}

/** Returns the moment whose day an edition bears; UTC milliseconds. */
export function datedAt({ slot, datedAt: left = slot }: Pick<Edition, 'slot' | 'datedAt'>): number {
  return left;
}

/**
 * Number of stories in an edition; `earlier` are of the week before, for readers who get one a
 * week.
 */
export interface StoryCount {
  readonly stories: number;
  readonly earlier: number;
}

export function countStories(content: EditionContent | undefined): StoryCount {
  const all = content?.stories ?? [];
  const earlier = all.filter((story) => story.earlier).length;
  return { stories: all.length - earlier, earlier };
}

/** `17 stories`, or `9 stories, and 8 of the week`; nothing for none. */
export function storiesInWords({ stories, earlier }: StoryCount): string {
  const counted = (number: number) => (number === 1 ? '1 story' : `${number} stories`);
  if (earlier === 0) return stories === 0 ? '' : counted(stories);
  return stories === 0
    ? `${counted(earlier)} of the week`
    : `${counted(stories)}, and ${earlier} of the week`;
}

/**
 * The id of the edition of one newsletter at one slot. In UTC, so that the repeated autumn hour has
 * two names.
 */
export function editionId(newsletterId: string, slot: number): string {
  const stamp = new Date(slot).toISOString().slice(0, 16).replace(/[-:]/g, '');
  return `${newsletterId}-${stamp}Z`;
}

const EDITION_ID = /^([a-z0-9-]{1,40})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/;

/** Parses an edition's id; undefined if it is not one. */
export function readEditionId(text: string): { newsletterId: string; slot: number } | undefined {
  const [, newsletterId, year, month, day, hour, minute] = EDITION_ID.exec(text) ?? [];
  const slot = Date.parse(`${year}-${month}-${day}T${hour}:${minute}Z`);
  return newsletterId === undefined || Number.isNaN(slot) ? undefined : { newsletterId, slot };
}
