import type { Generated } from 'kysely';
import type { Fixed } from '../fixed.ts';

/** A person who works in the studio. */
export interface EditorTable {
  id: Generated<number>;
  email: string;
  /** The address in lower case: unique. */
  email_key: string;
  name: string;
  /** Role of the account; `approve` includes `edit`. */
  role: 'edit' | 'approve';
  /** Hash as `editors/password.ts` writes it, with its salt and cost. */
  password_hash: string;
  /**
   * 1 while it is the one they were given, known to somebody else: they choose their own before
   * anything.
   */
  password_given: Generated<number>;
  created_at: Fixed<number>;
}

/** Somebody who is logged in. */
export interface SessionTable {
  /** SHA-256 of what the cookie holds: who reads this table cannot log in with it. */
  id: Fixed<string>;
  /** Null for who came with STUDIO_PASSWORD. */
  editor_id: Fixed<number | null>;
  /**
   * Mark of the password it was opened with; a session whose mark differs from that of today's
   * password is over.
   */
  password_mark: string;
  created_at: Fixed<number>;
  seen_at: number;
}

/** Decisions about an edition: approved, held, skipped, took a story out. Append-only. */
export interface EditionActTable {
  id: Generated<number>;
  edition_id: Fixed<string>;
  at: Fixed<number>;
  /** The editor's name. */
  editor: Fixed<string>;
  /** JSON: the code of what they decided, see `editions/store/act-log.ts`. */
  what: Fixed<string>;
}

/** A draft after each change an editor made. Revision 0 is what was composed. */
export interface EditionRevisionTable {
  edition_id: Fixed<string>;
  revision: Fixed<number>;
  at: Fixed<number>;
  /** The editor's name. */
  editor: Fixed<string>;
  /** JSON: the code of what they did, see `editions/revision-what.ts`. */
  what: Fixed<string>;
  /** JSON: what it changed, such as `order` or `12.headline`; two changes of one thing meet. */
  touches: Fixed<string>;
  /** JSON, as `editions.content`; null once the edition has left and nobody can go back. */
  content: string | null;
  /** The revision that undoing leads to; null where there is nothing to undo. */
  back: Fixed<number | null>;
  /** The revision that doing again leads to. */
  forward: Fixed<number | null>;
  /**
   * JSON: what it decided for other editions too, tags or which articles are one story, so that
   * undoing takes that back; or null.
   */
  beside: Fixed<string | null>;
}
