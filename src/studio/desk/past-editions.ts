import { type EditionStatus, editionStatus } from '../../delivery/progress.ts';
import type { Studio } from '../studio-deps.ts';

const ON_A_PAGE = 12;
const LAST_PAGE = 10_000;

export interface PastEditions {
  readonly editions: readonly (EditionStatus & { readonly isCorrection: boolean })[];
  /** Addresses of the pages before and after; empty where there is none. */
  readonly newer: string;
  readonly older: string;
}

/**
 * Editions by slot, newest first: all that have left, and all whose slot has passed without. What is still to come or waits
 * on the desk stands with its newsletter, a correction among it.
 * @param page from 1; anything else is 1.
 */
export async function pastEditions({ db, clock }: Studio, page: string | undefined): Promise<PastEditions> {
  const number = /^[1-9]\d{0,4}$/.test(page ?? '') ? Math.min(Number(page), LAST_PAGE) : 1;
  const rows = await db
    .selectFrom('editions')
    .select(['id', 'corrects'])
    .where((row) => row.or([row('slot', '<=', clock.now()), row('candidates', 'is not', null)]))
    .where((row) => row.or([row('state', '!=', 'draft'), row('desk_since', 'is', null)]))
    .orderBy('slot', 'desc')
    .orderBy('id')
    .limit(ON_A_PAGE + 1)
    .offset((number - 1) * ON_A_PAGE)
    .execute();
  const editions = await Promise.all(
    rows.slice(0, ON_A_PAGE).map(async ({ id, corrects }) => ({
      ...(await editionStatus(db, id)),
      isCorrection: corrects !== null,
    })),
  );
  const at = (other: number) => (other === 1 ? '/studio#editions' : `/studio?page=${other}#editions`);
  return {
    editions,
    newer: number > 1 ? at(number - 1) : '',
    older: rows.length > ON_A_PAGE ? at(number + 1) : '',
  };
}
