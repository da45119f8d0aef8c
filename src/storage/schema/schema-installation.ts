import type { Generated } from 'kysely';
import type { Fixed } from '../fixed.ts';

/** Facts the database knows about itself: one row. */
export interface InstallationTable {
  /**
   * Random; another one from the moment it is known that a backup was put in the database's place.
   */
  lineage: string;
  /** JSON: the lineages before this one. */
  former_lineages: string;
  /**
   * The highest row numbers when public ids came: links of earlier releases are believed up to
   * these.
   */
  old_subscriptions: Fixed<number>;
  old_deliveries: Fixed<number>;
  /**
   * Place where PostgreSQL keeps this very table: another one after a dump was restored. Null on
   * SQLite, and until it is known.
   */
  place: string | null;
  /** Counts up while things happen; a file beside the database notes how far it had come. */
  counted: Generated<number>;
  /** Time a file beside the database first noted its progress; null until then. */
  noted_at: number | null;
  /**
   * Time a restored backup was detected; null once somebody has looked through the mail that may
   * have been sent since.
   */
  restored_at: number | null;
  /** The last moment the restored database knows of. */
  known_until: number | null;
}
