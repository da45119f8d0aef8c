import type { ReviewConfig } from '../../src/config/review-config.ts';
import { editionId } from '../../src/editions/edition.ts';
import { findDraft } from '../../src/editions/store/draft-store.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import { section } from '../editions/sample-article.ts';
import { address, newsletter, REVIEW } from '../mail/sample.ts';
import { HOUR, SLOT } from './press.ts';

export const EDITION = editionId('daily', SLOT);
/** On the desk two hours before its slot; one address is told. */
export const DESK: ReviewConfig = { ...REVIEW, before: 2 * HOUR, notify: [address('desk@paper.example')] };

export function reviewed(review: Partial<ReviewConfig> = {}) {
  return newsletter({ sections: [section('all')], review: { ...DESK, ...review } });
}

/** A draft that must be there. */
export async function standing(db: Database, id = EDITION) {
  const draft = await findDraft(db, id);
  if (!draft) throw new Error(`there is no ${id}`);
  return draft;
}

/** Who was told what of an edition: `draft-ready desk@paper.example`. */
export async function told(db: Database, id = EDITION): Promise<string[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select(['kind', 'email'])
    .where('regards', '=', id)
    .orderBy('id')
    .execute();
  return rows.map(({ kind, email }) => `${kind} ${email}`);
}

export async function addEditor(db: Database, name: string, role: 'edit' | 'approve'): Promise<void> {
  const email = `${name.toLowerCase()}@paper.example`;
  await db
    .insertInto('editors')
    .values({ email, email_key: email, name, role, password_hash: '', created_at: 0 })
    .execute();
}

/** As an editor's change of the draft would: another revision, by name and in words. */
export async function change(db: Database, editor: string, what: string, id = EDITION): Promise<number> {
  const { revision } = await standing(db, id);
  await db
    .updateTable('editions')
    .set({ revision: revision + 1 })
    .where('id', '=', id)
    .execute();
  await db
    .insertInto('edition_revisions')
    .values({
      edition_id: id,
      revision: revision + 1,
      at: SLOT,
      editor,
      what,
      touches: '[]',
      content: null,
      back: null,
      forward: null,
    })
    .execute();
  return revision + 1;
}
