import type { FastifyInstance } from 'fastify';
import type { Verdict } from '../../checks/check-edition.ts';
import type { Finding } from '../../checks/finding.ts';
import type { Edition, EditionContent } from '../../editions/edition.ts';
import { findEdition } from '../../editions/store/edition-store.ts';
import { type KeptEdition, withContent } from '../../editions/store/kept-edition.ts';
import { mailLinks } from '../../outbound/site-links.ts';
import { unreadLines } from '../board/unread-lines.ts';
import type { EditionRoute, Studio } from '../studio-deps.ts';
import { inOneList } from '../studio-words.ts';

/**
 * Returns the verdict as sending would give it; once an edition has left, there is nothing to
 * decide.
 */
export async function verdictView(studio: Studio, edition: KeptEdition) {
  const { content } = edition;
  if (!content || edition.state !== 'draft') return null;
  const draft = withContent(edition, studio.clock.now());
  const [{ ready, findings }, unread] = await Promise.all([
    verdictOn(studio, draft),
    unreadLines(studio, draft),
  ]);
  const views = findings.map((finding) => findingView(studio, content, finding));
  const blocking = findings.filter(({ severity }) => severity === 'blocking').length;
  return {
    /** Address of this part alone. */
    address: `/studio/editions/${edition.id}/verdict`,
    ready,
    blocking: views.slice(0, blocking),
    advisory: [...unread, ...views.slice(blocking)],
    sum: sumOf(blocking, unread.length + findings.length - blocking),
  };
}

interface KeptVerdict {
  /** Content it was made of. */
  readonly of: string;
  readonly verdict: Promise<Verdict>;
}

const MOST_KEPT = 20;
const verdicts = new WeakMap<Studio, Map<string, KeptVerdict>>();

/** A quarter of a second of work, and asked for with every look at the page: made once for a draft and templates as they are. */
function verdictOn(studio: Studio, edition: Edition): Promise<Verdict> {
  const all = verdicts.get(studio) ?? new Map<string, KeptVerdict>();
  verdicts.set(studio, all);
  const of = studio.live.version + JSON.stringify(edition.content);
  const known = all.get(edition.id);
  if (known?.of === of) return known.verdict;
  const [oldest] = all.keys();
  if (oldest !== undefined && all.size >= MOST_KEPT) all.delete(oldest);
  const verdict = studio.verdict(edition);
  all.set(edition.id, { of, verdict });
  verdict.catch(() => all.delete(edition.id)); // the next look tries again
  return verdict;
}

/** The verdict alone, for a page whose draft has changed. */
export function verdictRoute(scope: FastifyInstance, studio: Studio): void {
  scope.get<EditionRoute>('/studio/editions/:id/verdict', async (request, reply) => {
    const edition = await findEdition(studio.db, request.params.id);
    const verdict = edition && (await verdictView(studio, edition));
    if (!verdict) return reply.callNotFound();
    return reply.type('text/html; charset=utf-8').send(studio.pages.fill('verdict', verdict));
  });
}

function findingView(
  studio: Studio,
  content: EditionContent,
  { severity, says, where, mend, mails }: Finding,
) {
  const story = content.stories.find(({ articleId }) => articleId === where?.articleId);
  return {
    says,
    mend,
    story: where?.story ?? '',
    /** The story's card on the board. */
    card: story ? `#story-${story.articleId}` : '',
    link: story ? mailLinks(studio.publicUrl).article(story.link) : '',
    excerpt: where?.excerpt ?? '',
    findable:
      where !== undefined && (story !== undefined || where.excerpt !== undefined) && isSeen(where.part),
    /** One story does not keep the others: at its moment the edition goes without it. */
    goesWithout: severity === 'blocking' && story !== undefined && content.stories.length > 1,
    mails: mails ? `Only for ${inOneList(mails)}.` : '',
  };
}

/**
 * Reports whether the HTML can show the finding; one about the subject or the plain text it cannot.
 */
function isSeen(part: NonNullable<Finding['where']>['part']): boolean {
  return part === 'html' || part === 'links' || part === 'pictures';
}

function sumOf(blocking: number, advisory: number): string {
  const parts = [
    ...(blocking > 0 ? [`${blocking} to fix before it can be sent`] : []),
    ...(advisory > 0 ? [`${advisory} good to know`] : []),
  ];
  return parts.join(', ');
}
