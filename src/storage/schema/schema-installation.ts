import type { Generated } from 'kysely';
import type { Fixed } from '../fixed.ts';

/** What the database knows of itself: one row. */
export interface InstallationTable {
  /** Random; another one from the moment it is known that a backup was put in the database's place. */
  lineage: string;
  /** JSON: the lineages before this one. */
  former_lineages: string;
  /** The highest row numbers when public ids came: links of earlier releases are believed up to these. */
  old_subscriptions: Fixed<number>;
  old_deliveries: Fixed<number>;
  /** Where PostgreSQL keeps this very table: elsewhere after a dump was restored. Null on SQLite, and until it is known. */
  place: string | null;
  /** Counts up while things happen; a file beside the database notes how far it had come. */
  counted: Generated<number>;
  /** When a file beside the database first noted how far it had come; null until then. */
  noted_at: number | null;
  /** When it was found that a backup is in its place; null once somebody has looked through what may have been sent since. */
  restored_at: number | null;
  /** The last moment the restored database knows of. */
  known_until: number | null;
}
