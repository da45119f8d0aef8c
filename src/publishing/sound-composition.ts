import { shorten } from '../base/text/one-line.ts';
import type { Verdict } from '../checks/check-edition.ts';
import type { Composition } from '../composing/compose.ts';
import { composition } from '../composing/composition.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { leaveOut, type RefusedStory } from '../editing/refused-stories.ts';
import { changeDraft } from '../editing/revisions.ts';
import { type EditionContent, editionId } from '../editions/edition.ts';
import { moveApproval } from '../editions/store/draft-decisions.ts';
import { type Draft, findDraft } from '../editions/store/draft-store.ts';
import { withContent } from '../editions/store/kept-edition.ts';
import type { PublishingDeps } from './publishing-deps.ts';
import { isApproved } from './review.ts';

/** Name under which a story is left out where no editor did it. */
export const BY_CHECKS = 'Broadsheet';
/**
 * Each time without what was refused so far; a template that refuses every story must not keep us
 * for minutes.
 */
const MOST_ROUNDS = 6;
const MOST_REASON = 240;

/**
 * Returns the stories that alone are to blame for what blocks an edition, each once, with the first
 * reason.
 */
export function refusedStories(verdict: Verdict, content: EditionContent): RefusedStory[] {
  const refused = new Map<number, RefusedStory>();
  for (const { severity, says, where } of verdict.findings) {
    const story = content.stories.find(({ articleId }) => articleId === where?.articleId);
    if (severity !== 'blocking' || !story || refused.has(story.articleId)) continue;
    const { articleId, headline } = story;
    refused.set(articleId, {
      articleId,
      headline: shorten(headline, 120),
      because: shorten(says, MOST_REASON),
    });
  }
  return [...refused.values()];
}

/**
 * Composes the edition of one slot without the stories that the checks refuse: another article
 * tells such a story, and another story leads. What was refused is kept with the content. Where the
 * rest is not ready either, or there is no rest, it is the edition with everything, for somebody
 * has to mend what is wrong.
 */
export async function soundComposition(
  deps: Pick<PublishingDeps, 'db' | 'sources' | 'tagged' | 'illustrate' | 'check'>,
  newsletter: NewsletterConfig,
  slot: number,
  asOf: number,
): Promise<Composition> {
  const whole = await composition(deps, newsletter, slot, asOf);
  const out = new Map<number, { refused: RefusedStory; story: EditionContent['stories'][number] }>();
  let composed = whole;
  for (let round = 1; round <= MOST_ROUNDS && composed.content; round += 1) {
    const { content } = composed;
    const verdict = await deps.check({
      id: editionId(newsletter.id, slot),
      newsletterId: newsletter.id,
      slot,
      content,
    });
    if (verdict.ready && out.size === 0) return whole;
    if (verdict.ready) return { ...composed, content: withRefused(content, [...out.values()]) };
    const refused = refusedStories(verdict, content);
    if (refused.length === 0) return whole;
    for (const one of refused) {
      const story = content.stories.find(({ articleId }) => articleId === one.articleId);
      if (story) out.set(one.articleId, { refused: one, story });
    }
    const without = new Map(
      [...out].map(
        ([
          id,
          {
            refused: { because },
          },
        ]) => [id, because],
      ),
    );
    composed = await composition(deps, newsletter, slot, asOf, without);
  }
  return whole;
}

function withRefused(
  content: EditionContent,
  out: readonly { refused: RefusedStory; story: EditionContent['stories'][number] }[],
): EditionContent {
  const dropped = out.map(({ refused: { because }, story: { bit: _, ...story } }) => ({ ...story, because }));
  return { ...content, dropped: [...dropped, ...(content.dropped ?? [])] };
}

/**
 * Takes out of a draft on the desk, at the moment it leaves, the stories that alone keep it: its
 * editors were shown them, and everybody's edition does not wait for one article. It is a change
 * like any other, under our own name, and what was approved stays approved. Undefined where the
 * draft would not be ready without them either; then nothing is changed.
 */
export async function goWithout(
  deps: PublishingDeps,
  newsletter: NewsletterConfig,
  draft: Draft,
  first: Verdict,
): Promise<{ readonly draft: Draft; readonly verdict: Verdict } | undefined> {
  const edition = withContent(draft, deps.clock.now());
  const all: RefusedStory[] = [];
  let [content, verdict]: [EditionContent, Verdict] = [edition.content, first];
  for (let round = 1; round <= MOST_ROUNDS && !verdict.ready; round += 1) {
    const refused = refusedStories(verdict, content);
    const rest = refused.length === 0 ? undefined : leaveOut(newsletter, content, refused);
    if (!rest) return undefined;
    all.push(...refused);
    content = rest;
    verdict = await deps.check({ ...edition, content });
  }
  if (!verdict.ready || !(await keepWithout(deps, draft, content, all))) return undefined;
  const changed = await findDraft(deps.db, draft.id);
  return changed && { draft: changed, verdict };
}

/** False where somebody changed the draft meanwhile. */
async function keepWithout(
  { db, clock }: PublishingDeps,
  draft: Draft,
  content: EditionContent,
  refused: readonly RefusedStory[],
): Promise<boolean> {
  const { id, revision } = draft;
  const changing = { seen: revision, by: { name: BY_CHECKS }, now: clock.now() };
  const change = await changeDraft(db, id, changing, async (_, trx) => {
    const now = await findDraft(trx, id);
    if (now?.revision !== revision) return { refused: 'It was changed just now' };
    if (isApproved(now)) await moveApproval(trx, id, revision + 1);
    const stories = refused.map(({ headline, because }) => ({ headline, because }));
    return { content, what: { code: 'refused', stories }, touches: ['*'] };
  });
  return change.kind === 'saved' && change.revision === revision + 1;
}
