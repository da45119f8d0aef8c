import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { sourceFailure } from '../articles/sources/source-failure.ts';
import { readCoded } from '../base/coded.ts';

const ofCode = <Code extends string, Shape extends z.core.$ZodLooseShape>(code: Code, about: Shape) =>
  z.object({ code: z.literal(code), ...about });
const who = { by: z.string() };
/** The first sources that could not be read, each with the reason, and how many more there are. */
const unread = z.object({
  sources: z.array(z.object({ source: z.string(), failure: sourceFailure })),
  more: z.number(),
});

/**
 * Reasons for which an edition has not gone, or went no further; `editions/words/reason-words.ts`
 * says each as a sentence.
 */
const plainReason = z.discriminatedUnion('code', [
  z.object({
    code: z.enum([
      // It is a draft that stays: it waits for an approval, or somebody changed it as it was about to leave.
      'waits-for-approval',
      'changed-meanwhile',
      // It was missed: a later edition was due or had left, or nothing was running, for too long to catch up.
      'later-due',
      'later-left',
      'nothing-ran',
      'nothing-ran-for-long',
      'goes-when-approved',
      // It was on its way in the backup that is in the database's place now.
      'restored',
    ]),
  }),
  /** It is empty: there are no articles of these days, or of so many none is new. */
  ofCode('nothing-there', { unread: unread.optional() }),
  ofCode('nothing-new', { articles: z.number(), unread: unread.optional() }),
  /** It is a draft without content: no source could be read, and they are asked again. */
  ofCode('nothing-read', { unread }),
  /** It is a draft that stays. */
  ofCode('held', who),
  ofCode('newsletter-paused', who),
  /** The first blocking finding, by its check and in its words, and how many more there are. */
  ofCode('not-ready', { check: z.string(), says: z.string(), more: z.number() }),
  /** It was skipped: by somebody, or with all that fell into a pause of the newsletter. */
  ofCode('skipped', who),
  ofCode('skipped-in-pause', who),
  /** It was stopped on its way. */
  ofCode('paused', who),
  ofCode('taking-out', { ...who, headline: z.string() }),
  ofCode('relay-refuses', { reply: z.string() }),
  ofCode('relay-refuses-alike', { reply: z.string() }),
  ofCode('cancelled', who),
  /** A sentence that an earlier release kept, and that no code is known for. */
  ofCode('text', { text: z.string() }),
]);

/**
 * A draft that waited for something until its moment had passed, or until a later edition had left.
 */
const waitedReason = ofCode('waited', {
  kept: plainReason,
  until: z.enum(['too-late', 'later-left']),
});

const editionReason = z.discriminatedUnion('code', [...plainReason.options, waitedReason]);

/**
 * The reason that stands beside an edition's state: a code with what it is about, never a sentence.
 */
export type EditionReason = z.infer<typeof editionReason>;
/** The reasons of one kind, with what they are about. */
export type ReasonOf<Code extends EditionReason['code']> = Extract<EditionReason, { code: Code }>;

/** Returns the reason as `editions.reason` keeps it. */
export function storedReason(reason: EditionReason | null): string | null {
  return reason && JSON.stringify(reason);
}

/**
 * Reads `editions.reason`; what is no code, as a database that was written to by an earlier release
 * has it, stays as it is.
 */
export function readReason(stored: string | null): EditionReason | null {
  if (stored === null) return null;
  return readCoded(editionReason, stored);
}

/** Returns the reason of a draft that waited until then for what kept it. */
export function waited(kept: EditionReason, until: ReasonOf<'waited'>['until']): EditionReason {
  return kept.code === 'waited' ? kept : { code: 'waited', kept, until };
}

export function isSameReason(one: EditionReason | null, other: EditionReason | null): boolean {
  return isDeepStrictEqual(one, other);
}
