import { type EditionStatus, editionStatus } from '../../delivery/progress.ts';
import { editionsPassed } from '../../editions/store/sent-editions.ts';
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
  const rows = await editionsPassed(db, clock.now(), {
    skip: (number - 1) * ON_A_PAGE,
    limit: ON_A_PAGE + 1,
  });
  const editions = await Promise.all(
    rows
      .slice(0, ON_A_PAGE)
      .map(async ({ id, isCorrection }) => ({ ...(await editionStatus(db, id)), isCorrection })),
  );
  const at = (other: number) => (other === 1 ? '/studio#editions' : `/studio?page=${other}#editions`);
  return {
    editions,
    newer: number > 1 ? at(number - 1) : '',
    older: rows.length > ON_A_PAGE ? at(number + 1) : '',
  };
}
