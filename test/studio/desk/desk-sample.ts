import type { ReviewConfig } from '../../../src/config/review-config.ts';
import { editionId } from '../../../src/editions/edition.ts';
import { saveDraft } from '../../../src/editions/store/edition-store.ts';
import { addActive, emails } from '../../delivery/fixture.ts';
import { edition, story } from '../../mail/sample.ts';
import { TWO_NEWSLETTERS } from '../../web/sample-newsletters.ts';
import type { OpenStudio } from '../open-studio.ts';

/** The studio's clock stands at 08:00 on Sunday 22 November 2026; the next daily is Monday’s, at 07:00. */
export const NEXT_SLOT = Date.parse('2026-11-23T07:00:00Z');
export const NEXT = editionId('daily', NEXT_SLOT);

/** The two newsletters, the daily with a review of its own. */
export function withReview(review: Partial<Record<keyof ReviewConfig, string>>): string {
  const keys = Object.entries(review).map(([key, value]) => `${key}: ${value}`);
  return TWO_NEWSLETTERS.replace(
    '    schedule: 0 7',
    `    review: { ${keys.join(', ')} }\n    schedule: 0 7`,
  );
}

/** Monday's draft on the desk, with two stories, for so many readers. */
export async function addDraft(
  studio: OpenStudio,
  { readers = 3, tags = [] as string[], slot = NEXT_SLOT } = {},
): Promise<string> {
  await addActive(studio.db, emails(readers));
  const { content } = edition(
    [
      story(0, { sectionId: 'royal', headline: 'Princess opens a lighthouse on the northern shore', tags }),
      story(1, { sectionId: 'stars', headline: 'Actress swaps Hollywood for a goat farm' }),
    ],
    {
      title: 'The Daily Belle',
      sections: [
        { id: 'royal', title: 'Royals' },
        { id: 'stars', title: 'Stars' },
      ],
    },
  );
  const at = studio.clock.now();
  const { id } = await saveDraft(studio.db, {
    newsletterId: 'daily',
    slot,
    asOf: at,
    composedAt: at,
    content,
    reason: null,
    deskSince: at,
  });
  return id;
}
