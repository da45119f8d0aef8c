import type { App } from '../../app.ts';
import { AppError } from '../../base/errors.ts';
import type { Act } from '../../editions/act.ts';
import type { Draft } from '../../editions/store/draft-store.ts';
import { findRevision } from '../../editions/store/edition-store.ts';
import { actWords } from '../../editions/words/act-words.ts';
import { approve, hold } from '../../publishing/acts.ts';
import { discardDraft } from '../../publishing/discard.ts';
import { editionNamed, newslettersNamed } from '../arguments.ts';
import { allOnDesk } from '../doctor/doctor-desk.ts';
import { BY, EXIT, say } from '../output.ts';

/**
 * `broadsheet approve [edition]`: lets a draft go; at once, if its moment has come. 3 when it may
 * not be approved.
 */
export async function approveDraft(app: App, name: string | undefined): Promise<number> {
  const { id, revision } = await draftNamed(app, name);
  return answer(id, await approve(app.publishing, id, { revision, by: BY }));
}

/**
 * `broadsheet hold [edition]`: nobody gets it until somebody lets it go on in the studio. 3 when it
 * is no draft.
 */
export async function holdDraft(app: App, name: string | undefined): Promise<number> {
  const { id } = await draftNamed(app, name);
  return answer(id, await hold(app.publishing, id, { by: BY }));
}

/**
 * `broadsheet discard [edition]`: its draft is gone, and the edition is built at its time. 3 when
 * it cannot be.
 */
export async function discard(app: App, name: string | undefined): Promise<number> {
  const { id, revision } = await draftNamed(app, name);
  return answer(id, await discardDraft(app.publishing, id, { revision, by: BY, mayApprove: true }));
}

function answer(id: string, act: Act): number {
  say(`${id}  ${actWords(act)}`);
  if (act.ok && 'leaves' in act.outcome && act.outcome.leaves === 'at-once')
    say(`where no \`start\` is running, \`broadsheet send ${id}\` delivers it`);
  return act.ok ? EXIT.done : EXIT.notReady;
}

/**
 * Returns the draft by an edition's id, by a newsletter that has one draft on the desk, or the only
 * one there is. @throws AppError.
 */
async function draftNamed(app: App, name: string | undefined): Promise<{ id: string; revision: number }> {
  if (name !== undefined && !app.config.newsletters.some(({ id }) => id === name)) {
    const { id } = await editionNamed(app, name);
    return { id, revision: (await findRevision(app.db, id)) ?? 0 };
  }
  const drafts = await draftsOf(app, name);
  const [only, ...others] = drafts;
  if (only && others.length === 0) return only;
  throw only
    ? new AppError('USAGE', `Which edition? On the desk are ${drafts.map(({ id }) => id).join(', ')}.`)
    : new AppError('NOT_FOUND', 'No draft is on the desk', {
        hint: '`broadsheet status` lists the editions; the studio composes the next one when it is asked.',
      });
}

async function draftsOf(app: App, name: string | undefined): Promise<Draft[]> {
  const drafts: Draft[] = [];
  for (const { id } of newslettersNamed(app.config, name)) drafts.push(...(await allOnDesk(app, id)));
  return drafts;
}
