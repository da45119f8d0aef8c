import { z } from 'zod';
import { readCoded } from '../../base/coded.ts';
import type { Database } from '../../storage/schema/schema.ts';

const noted = z.discriminatedUnion('code', [
  z.object({
    code: z.enum([
      'approved',
      'sent-now',
      'held',
      'let-go-on',
      'skipped',
      'brought-back',
      'brought-back-held',
      'asked-for',
      'discarded',
      'paused',
      'resumed',
      'cancelled',
      'given-its-slot',
    ]),
  }),
  /**
   * Another moment to leave at, as the clocks of the newsletter's zone show it: `2026-11-23 07:30`.
   */
  z.object({ code: z.literal('given-moment'), wall: z.string() }),
  /** Taken out of an edition that was going out. */
  z.object({ code: z.literal('took-out'), headline: z.string() }),
  /** The checks refused it at the moment the edition left. */
  z.object({ code: z.literal('refused'), headline: z.string(), because: z.string() }),
  z.object({ code: z.literal('text'), text: z.string() }),
]);

/** Decision as a code with its parameters; `act-log-words.ts` puts it in words. */
export type NotedWhat = z.infer<typeof noted>;

/** Something that somebody decided about an edition. */
export interface NotedAct {
  readonly at: number;
  /** The editor's name. */
  readonly by: string;
  readonly what: NotedWhat;
}

/** Notes who decided what: an edition's columns hold only how it stands now. */
export async function noteAct(db: Database, editionId: string, { at, by, what }: NotedAct): Promise<void> {
  await db
    .insertInto('edition_acts')
    .values({ edition_id: editionId, at, editor: by, what: JSON.stringify(what) })
    .execute();
}

/** The latest decisions about an edition, newest first. */
export async function actsOf(db: Database, editionId: string, limit = 50): Promise<NotedAct[]> {
  const rows = await db
    .selectFrom('edition_acts')
    .select(['at', 'editor as by', 'what'])
    .where('edition_id', '=', editionId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ at, by, what }) => ({ at, by, what: readCoded(noted, what) }));
}
