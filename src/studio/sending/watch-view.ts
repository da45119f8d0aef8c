import { sql } from 'kysely';
import { type EditionStatus, secondCopies } from '../../delivery/progress.ts';
import { reachOf } from '../../delivery/pull.ts';
import type { KeptEdition } from '../../editions/store/edition-store.ts';
import { type Editor, may } from '../../editors/editor.ts';
import type { Studio } from '../studio-deps.ts';
import { count, distance, moment, stateInWords, subjectInWords } from '../studio-words.ts';
import { isGoing, nowView } from './watch-now.ts';

const MOST_DELIVERIES = 20;
const TROUBLED = ['rejected', 'uncertain', 'deferred', 'cancelled'] as const;
const WORST_FIRST = sql`case state when 'rejected' then 0 when 'uncertain' then 1 when 'cancelled' then 3 else 2 end`;

/**
 * Returns an edition's progress, the choices about it, and the readers it did not reach; null while
 * nobody was written to.
 */
export async function watchView(studio: Studio, editor: Editor, edition: KeptEdition, status: EditionStatus) {
  const corrects = await correctedView(studio, edition.id);
  if (status.candidates === null) return corrects && { corrects, now: null };
  const deliveries = await notAccepted(studio, status.id);
  const going = isGoing(status);
  const here = `/studio/editions/${status.id}`;
  return {
    corrects,
    corrections: await correctionViews(studio, edition.id),
    here,
    heading: going ? 'Sending' : 'How it went',
    live: going ? `${here}/live` : '',
    state: status.state,
    now: await nowView(studio, status),
    controls: going ? { paused: status.state === 'paused', approver: may(editor, 'approve') } : null,
    correctAll: going ? '' : `${here}/correct`,
    stories: await storyViews(studio, edition, status),
    deliveries: deliveries.slice(0, MOST_DELIVERIES),
    cutShort: deliveries.length > MOST_DELIVERIES,
    secondCopies: await secondCopies(studio.db, status.id),
  };
}

/**
 * Returns its stories, with the choices about each: taken out while it goes, corrected for those
 * who have it.
 */
async function storyViews(
  { db, clock, config }: Studio,
  { id, content }: KeptEdition,
  status: EditionStatus,
) {
  const going = isGoing(status);
  const rows = await db
    .selectFrom('edition_stories')
    .select(['article_id', 'pulled_at'])
    .where('edition_id', '=', id)
    .execute();
  const pulledAt = new Map(rows.map((row) => [row.article_id, row.pulled_at]));
  const reach = rows.some((row) => row.pulled_at !== null) ? await reachOf(db, id) : undefined;
  return (content?.stories ?? []).map(({ articleId, headline, tags }) => {
    const pulled = pulledAt.get(articleId) ?? null;
    const { got = 0 } = reach?.get(articleId) ?? {};
    const done =
      pulled === null ? '' : `Taken out ${distance(pulled, clock.now())}: ${hadIt(got, status.prepared)}`;
    return {
      id: articleId,
      headline,
      tags: tags.map((tag) => subjectInWords(config, tag)),
      done,
      pull: pulled === null ? `/studio/editions/${id}/pull/${articleId}` : '',
      pullLabel: going ? 'Take it out' : 'Take it off the site',
      correct: going && pulled === null ? '' : `/studio/editions/${id}/correct?story=${articleId}`,
    };
  });
}

function hadIt(got: number, prepared: number): string {
  if (got === 0) return 'nobody had it by then.';
  return `${count(got)} had it by then, the other ${count(prepared - got)} had not.`;
}

/** Returns the edition that a correction corrects. */
async function correctedView(studio: Studio, id: string) {
  const row = await studio.db
    .selectFrom('editions')
    .innerJoin('editions as corrected', 'corrected.id', 'editions.corrects')
    .select(['corrected.id', 'corrected.newsletter_id', 'corrected.slot'])
    .where('editions.id', '=', id)
    .executeTakeFirst();
  return row ? { href: `/studio/editions/${row.id}`, moment: momentOf(studio, row) } : null;
}

/** The corrections of an edition, as far as there are any. */
async function correctionViews(studio: Studio, id: string) {
  const rows = await studio.db
    .selectFrom('editions')
    .select(['id', 'newsletter_id', 'slot', 'state'])
    .where('corrects', '=', id)
    .orderBy('slot')
    .execute();
  return rows.map((row) => ({
    href: `/studio/editions/${row.id}`,
    moment: momentOf(studio, row),
    state: row.state,
    stands: stateInWords(row.state),
  }));
}

function momentOf({ newsletters, clock }: Studio, row: { newsletter_id: string; slot: number }): string {
  const newsletter = newsletters.get(row.newsletter_id);
  return moment(row.slot, newsletter?.time_zone ?? 'UTC', clock.now());
}

/**
 * The deliveries that did not go as they should, the worst first. Those that merely wait their turn are counted in the
 * ledger; by the thousand they would hide the three that matter.
 */
async function notAccepted(studio: Studio, editionId: string) {
  const rows = await studio.db
    .selectFrom('deliveries')
    .select(['id', 'email', 'state', 'attempt_count', 'detail'])
    .where('edition_id', '=', editionId)
    .where((row) =>
      row.or([
        row('state', 'in', TROUBLED),
        row.and([row('state', '=', 'waiting'), row('attempt_count', '>', 0)]),
      ]),
    )
    .orderBy(WORST_FIRST)
    .orderBy('id')
    .limit(MOST_DELIVERIES + 1)
    .execute();
  return rows.map((row) => ({
    email: row.email,
    state: row.state,
    attempts: row.attempt_count,
    detail: row.detail ?? '',
  }));
}
