import { worstDeliveries } from '../../delivery/listing.ts';
import { type EditionStatus, secondCopies } from '../../delivery/progress.ts';
import { reachOf } from '../../delivery/pull.ts';
import { correctedBy, correctionsOf, type EditionPlace } from '../../editions/store/corrections.ts';
import type { KeptEdition } from '../../editions/store/kept-edition.ts';
import { pulledMoments } from '../../editions/store/pulled.ts';
import { type Editor, may } from '../../editors/editor.ts';
import type { Studio } from '../studio-deps.ts';
import { count, distance, moment, stateInWords, subjectInWords } from '../studio-words.ts';
import { isGoing, nowView } from './watch-now.ts';

const MOST_DELIVERIES = 20;

/**
 * Returns an edition's progress, the choices about it, and the readers it did not reach; null while
 * nobody was written to.
 */
export async function watchView(studio: Studio, editor: Editor, edition: KeptEdition, status: EditionStatus) {
  const corrects = await correctedView(studio, edition.id);
  if (status.candidates === null) return corrects && { corrects, now: null };
  const deliveries = await worstDeliveries(studio.db, status.id, MOST_DELIVERIES + 1);
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
  const pulledAt = await pulledMoments(db, id);
  const reach = pulledAt.size > 0 ? await reachOf(db, id) : undefined;
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
  const corrected = await correctedBy(studio.db, id);
  return corrected ? { href: `/studio/editions/${corrected.id}`, moment: momentOf(studio, corrected) } : null;
}

/** The corrections of an edition, as far as there are any. */
async function correctionViews(studio: Studio, id: string) {
  const corrections = await correctionsOf(studio.db, id);
  return corrections.map((one) => ({
    href: `/studio/editions/${one.id}`,
    moment: momentOf(studio, one),
    state: one.state,
    stands: stateInWords(one.state),
  }));
}

function momentOf({ newsletters, clock }: Studio, { newsletterId, slot }: EditionPlace): string {
  return moment(slot, newsletters.get(newsletterId)?.time_zone ?? 'UTC', clock.now());
}
