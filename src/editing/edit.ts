import { z } from 'zod';
import type { Chosen } from '../composing/arrange.ts';
import type { EditionContent, EditionPicture, EditorialLine } from '../editions/edition.ts';
import type { EditedWhat } from '../editions/revision-what.ts';

/** Numbers come as text from a form. */
const idSchema = z.coerce.number().int().positive();
/** An empty field of a form is one that was not filled in. */
const optionalId = z.preprocess((value) => (value === '' ? undefined : value), idSchema.optional());
const optionalSection = z.preprocess((value) => value || undefined, z.string().max(40).optional());
/**
 * Limit of a request. The length of each kind of text is checked where it is stored, with an error
 * that gives both lengths.
 */
const textSchema = z.string().max(65_536);
const tagSchema = z.string().min(1).max(40);
/** One ticked box comes alone from a form, and none does not come at all. */
const tagsSchema = z.preprocess(
  (value) => (value === undefined ? [] : typeof value === 'string' ? [value] : value),
  z.array(tagSchema).max(40),
);

const ofStory = <Kind extends string, Shape extends z.core.$ZodLooseShape>(kind: Kind, shape: Shape) =>
  z.object({ kind: z.literal(kind), story: idSchema, ...shape });
const ofMail = <Kind extends string>(kind: Kind) => z.object({ kind: z.literal(kind), text: textSchema });

/**
 * Request of an editor. Stories go by the id of the article they are told with, which stays while
 * their place changes: a repeated request is thus done once. Empty words restore our own.
 */
export const editSchema = z.discriminatedUnion('kind', [
  /** To a place in a section: before another story, or at its end. */
  ofStory('move', { section: z.string().max(40), before: optionalId }),
  ofStory('lead', {}),
  z.object({ kind: z.literal('unpin') }),
  ofStory('drop', {}),
  ofStory('restore', { section: optionalSection }),
  ofStory('headline', { text: textSchema }),
  ofStory('standfirst', { text: textSchema }),
  ofStory('alt', { text: textSchema }),
  /** The picture of one of the story's articles, or none. */
  ofStory('picture', { article: optionalId }),
  /** `rules` lets the rules decide again. */
  ofStory('tags', { tags: tagsSchema, rules: z.coerce.boolean().optional() }),
  ofMail('subject'),
  ofMail('preheader'),
  ofMail('intro'),
  ofMail('signoff'),
  /**
   * An article that came late or was left out, into the section its rule gives or the one that is
   * asked for.
   */
  z.object({
    kind: z.literal('let-in'),
    article: idSchema,
    section: optionalSection,
    /** It goes on from what was told, so everybody gets it. */
    update: z.coerce.boolean().optional(),
  }),
  /** One story from now on, told with the second. */
  ofStory('merge', { into: idSchema }),
  /** Told with another of its articles. */
  ofStory('retell', { article: idSchema }),
  /** One of the story's other articles becomes a story of its own. */
  ofStory('split', { article: idSchema, section: optionalSection }),
]);

export type Edit = z.infer<typeof editSchema>;
export type EditKind = Edit['kind'];

type Asked<Kind extends EditKind> = Extract<Edit, { kind: Kind }>;
export type LineKind = 'subject' | 'preheader' | 'intro' | 'signoff';
export const LINES: readonly LineKind[] = ['subject', 'preheader', 'intro', 'signoff'];

/** Fields of a story that depend on which articles tell it. */
export type Telling = Pick<Chosen, 'storyId' | 'tags' | 'alsoBy'>;

/** Fields of a story that come from its article. */
export type Retold = Omit<Chosen, 'storyId' | 'chapter' | 'sectionId' | 'tags' | 'update' | 'earlier'>;

/** An edit with all that it takes to make it: nothing is left to be looked up. */
export type Change =
  | Asked<'move' | 'lead' | 'unpin' | 'drop' | 'restore' | 'headline' | 'standfirst' | 'alt'>
  | { readonly kind: 'picture'; readonly story: number; readonly picture: EditionPicture | null }
  | { readonly kind: 'tags'; readonly story: number; readonly tags: readonly string[] }
  | { readonly kind: LineKind; readonly line: EditorialLine | null }
  | { readonly kind: 'let-in'; readonly story: Chosen }
  | { readonly kind: 'merge'; readonly story: number; readonly into: number; readonly together: Telling }
  | { readonly kind: 'retell'; readonly story: number; readonly own: Retold }
  /** @prop rest what the story is without the article. */
  | { readonly kind: 'split'; readonly story: number; readonly own: Chosen; readonly rest: Telling };

/** A draft after an edit. */
export interface Edited {
  readonly content: EditionContent;
  readonly what: EditedWhat;
  /**
   * Parts that it changed, such as `12.headline`, `12` for all of a story, `subject`, or `*` for
   * everything.
   */
  readonly touches: readonly string[];
}

/** Sentence that says why an edit cannot be made. */
export interface Refused {
  readonly refused: string;
}

/**
 * True when two changes changed one thing, or one of them all of what the other changed a part of.
 */
export function meet(some: readonly string[], others: readonly string[]): boolean {
  const covers = (a: string, b: string) => a === '*' || a === b || b.startsWith(`${a}.`);
  return some.some((a) => others.some((b) => covers(a, b) || covers(b, a)));
}
