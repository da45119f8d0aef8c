import { z } from 'zod';
import { readCoded, type Text } from '../base/coded.ts';

const headline = z.string();
const text = z.object({ code: z.literal('text'), text: z.string() });

const edited = z.discriminatedUnion('code', [
  z.object({ code: z.enum(['composed', 'composed-anew', 'nothing', 'unpinned']) }),
  /** To another section, or within its own. */
  z.object({ code: z.enum(['moved-to', 'moved-within']), headline, section: z.string() }),
  z.object({ code: z.enum(['pinned', 'dropped', 'restored', 'let-in', 'let-in-as-update']), headline }),
  z.object({ code: z.enum(['headline', 'standfirst', 'alt', 'picture', 'no-picture']), headline }),
  z.object({ code: z.literal('tags'), headline, tags: z.array(z.string()) }),
  /** Told together with another story, with another article, or apart from another story. */
  z.object({ code: z.enum(['merged', 'retold', 'split']), headline, other: headline }),
  z.object({
    code: z.enum(['line-written', 'line-changed', 'line-taken-out']),
    line: z.enum(['subject', 'preheader', 'intro', 'signoff']),
  }),
  /** The checks refused them at the moment it left. */
  z.object({
    code: z.literal('refused'),
    stories: z.array(z.object({ headline, because: z.string() })),
  }),
  text,
]);
const undone = z.object({ code: z.enum(['undo', 'redo']), what: edited });
const revisionWhat = z.discriminatedUnion('code', [...edited.options, undone]);

/** An edit as the history of a draft keeps it; `revision-words.ts` says it. */
export type EditedWhat = z.infer<typeof edited>;
/** Kind of a revision: an edit, an undo or a redo. */
export type RevisionWhat = z.infer<typeof revisionWhat>;

/** Returns what taking an edit back, or doing it again, is kept as. */
export function stepped(code: 'undo' | 'redo', what: RevisionWhat): RevisionWhat {
  return { code, what: 'what' in what ? what.what : what };
}

/** Reads `edition_revisions.what`. */
export function readRevisionWhat(stored: string): RevisionWhat | Text {
  return readCoded(revisionWhat, stored);
}
