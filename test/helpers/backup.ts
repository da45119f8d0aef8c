import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '../../src/storage/database.ts';
import type { Database } from '../../src/storage/schema/schema.ts';

/** Copies a SQLite ledger as it is now, and opens the copy as if it had been put in place of the ledger later. */
export async function backup(db: Database) {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-backup-'));
  const file = join(folder, 'backup.db');
  await sql`vacuum into ${sql.lit(file)}`.execute(db);
  const restored = await openDatabase(`sqlite:${file}`);
  return {
    db: restored,
    [Symbol.asyncDispose]: async () => {
      await restored.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
