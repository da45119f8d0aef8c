import type { Newsletters } from '../config/newsletters.ts';
import type { EditionContent, EditionStory } from '../editions/edition.ts';
import { leadOf } from '../editions/editorial.ts';
import { selectAll, storiesIn } from '../editions/selection.ts';
import { sentCorrectionsOf } from '../editions/store/corrections.ts';
import { findEdition } from '../editions/store/edition-store.ts';
import { type KeptEdition, SENT_STATES, withContent } from '../editions/store/kept-edition.ts';
import { leftOf, pulledIn, pulledStamp } from '../editions/store/pulled.ts';
import { datedBefore, editionsDated, newestOfAll } from '../editions/store/sent-editions.ts';
import type { MailLinks } from '../mail/mail-links.ts';
import type { Renderer } from '../mail/render.ts';
import type { Database } from '../storage/schema/schema.ts';

/** A sent edition in a list. */
export interface EditionSummary {
  readonly id: string;
  readonly newsletterId: string;
  readonly slot: number;
  /**
   * UTC milliseconds: the moment whose day it bears, which is when it left; absent, that is its
   * slot.
   */
  readonly datedAt?: number;
  readonly title: string;
  readonly headlines: readonly string[];
  /** Story it opens with; absent where no story is left in it. */
  readonly lead?: {
    readonly standfirst: string;
    readonly picture: ArchivePicture | null;
  };
}

/** A picture by its absolute address; pixels where they are known. */
export interface ArchivePicture {
  readonly url: string;
  readonly alt: string;
  readonly width?: number;
  readonly height?: number;
}

/** A sent edition as a page for everybody. */
export interface PublicEdition extends EditionSummary {
  readonly html: string;
  /** Subject that a reader of all its sections saw in the inbox: calm where a story is sad. */
  readonly subject: string;
  readonly preheader: string;
  /** BCP 47. */
  readonly language: string;
}

/** Editions dated in `[from, until)`, UTC milliseconds; the newest `limit` of them. */
export interface DatedRange {
  readonly from?: number;
  readonly until?: number;
  readonly limit?: number;
}

export interface Archive {
  /**
   * Returns the editions that readers were sent, newest first; none where the newsletter keeps no
   * public archive.
   */
  editions(newsletterId: string, range?: DatedRange): Promise<readonly EditionSummary[]>;
  /**
   * The newest moment before another that an edition is dated. One look into an index, however many
   * there are.
   */
  newestDated(newsletterId: string, before: number): Promise<number | undefined>;
  /** Returns the date of a sent edition, by its id. */
  datedAt(editionId: string): Promise<number | undefined>;
  /**
   * Changes whenever a page of the archive would: something was sent, corrected or taken out, or a
   * template changed.
   */
  stamp(): Promise<string>;
  /**
   * Undefined for what was never sent, and for a newsletter that is gone or keeps no public
   * archive.
   */
  publicEdition(editionId: string): Promise<PublicEdition | undefined>;
}

export interface ArchiveDeps {
  readonly db: Database;
  readonly renderer: Renderer;
  readonly links: MailLinks;
  readonly newsletters: Newsletters;
}

const NEWEST = 100;

/** Past editions as anybody may read them. */
export function publicArchive({ db, renderer, links, newsletters }: ArchiveDeps): Archive {
  const open = (id: string | undefined) => newsletters.find((one) => one.id === id && one.archive !== 'off');
  return {
    editions: async (id, { from = 0, until = Number.MAX_SAFE_INTEGER, limit = NEWEST } = {}) => {
      if (!open(id)) return [];
      const kept = await withoutPulled(db, await editionsDated(db, id, { from, until }, limit));
      return kept.map((edition) => summaryOf(edition, links));
    },
    newestDated: async (id, before) => (open(id) ? datedBefore(db, id, before) : undefined),
    datedAt: async (editionId) => {
      const found = await findEdition(db, editionId);
      return found && SENT_STATES.includes(found.state) ? found.datedAt : undefined;
    },
    stamp: async () => {
      const newest = await Promise.all(newsletters.map(({ id }) => newestOfAll(db, id)));
      return [renderer.version(), await pulledStamp(db), ...newest].join(' ');
    },
    publicEdition: async (editionId) => {
      const found = await findEdition(db, editionId);
      const [kept] = await withoutPulled(db, found ? [found] : []);
      const newsletter = open(kept?.newsletterId);
      if (!kept?.content || !newsletter || !SENT_STATES.includes(kept.state)) return undefined;
      const edition = withContent({ ...kept, content: await withCorrections(db, editionId, kept.content) });
      const mail = await renderer.edition(newsletter, edition, selectAll(kept.content));
      return {
        ...summaryOf(kept, links),
        html: await renderer.webVersion(newsletter, edition),
        subject: mail.subject,
        preheader: mail.preheader,
        language: kept.content.language,
      };
    },
  };
}

/** Removes pulled stories, which nobody is shown any more, and editions that told nothing else. */
async function withoutPulled(db: Database, editions: readonly KeptEdition[]): Promise<KeptEdition[]> {
  const ids = editions.map(({ id }) => id);
  const pulled = await pulledIn(db, ids);
  return editions
    .map((kept) => ({ ...kept, content: kept.content && leftOf(kept.content, pulled.get(kept.id)) }))
    .filter(({ id, content }) => !pulled.has(id) || content?.stories.length !== 0);
}

/**
 * Adds the corrections since, above everything else, marked as such, in the words that its readers
 * got.
 */
async function withCorrections(db: Database, id: string, content: EditionContent): Promise<EditionContent> {
  const sent = await sentCorrectionsOf(db, id);
  return { ...content, corrections: sent.flatMap(({ intro }) => intro?.text ?? []) };
}

function summaryOf(
  { id, newsletterId, slot, datedAt, content }: KeptEdition,
  links: MailLinks,
): EditionSummary {
  const stories = content ? toldIn(content) : [];
  const lead = content && leadOf(content, stories);
  return {
    id,
    newsletterId,
    slot,
    datedAt,
    title: content?.title ?? id,
    headlines: stories.map((story) => story.headline),
    ...(lead ? { lead: { standfirst: lead.standfirst, picture: pictureOf(lead, links) } } : {}),
  };
}

/**
 * Returns the stories of the edition itself; those of the week before are only in its last edition
 * for weekly readers.
 */
function toldIn(content: EditionContent) {
  return storiesIn(content, selectAll(content));
}

/** None of a sensitive subject: it would stand by itself wherever somebody shows the link. */
function pictureOf({ picture, tags }: EditionStory, links: MailLinks): ArchivePicture | null {
  if (!picture || tags.length > 0) return null;
  const { url, alt, cuts } = picture;
  if (!cuts) return { url: links.picture(url), alt };
  const { wide } = cuts;
  return { url: links.picture(wide.url), alt, width: wide.width, height: wide.height };
}
