import type { Migration } from 'kysely/migration';
import { foundation } from './migration-0001.ts';
import { personal } from './migration-0002.ts';
import { selfService } from './migration-0003.ts';
import { studio } from './migration-0004.ts';
import { publicIds } from './migration-0005.ts';
import { candidates } from './migration-0006.ts';
import { datedEditions } from './migration-0007.ts';
import { relayTrouble } from './migration-0008.ts';
import { signUpAbuse } from './migration-0009.ts';
import { zonedArticles } from './migration-0010.ts';
import { reasonCodes } from './migration-0011.ts';

/** Append-only and numbered; a step that has been released is never edited. */
export const migrations: Record<string, Migration> = {
  '0001_foundation': { up: foundation },
  '0002_personal': { up: personal },
  '0003_self_service': { up: selfService },
  '0004_studio': { up: studio },
  '0005_public_ids': { up: publicIds },
  '0006_candidates': { up: candidates },
  '0007_dated_editions': { up: datedEditions },
  '0008_relay_trouble': { up: relayTrouble },
  '0009_sign_up_abuse': { up: signUpAbuse },
  '0010_zoned_articles': { up: zonedArticles },
  '0011_reason_codes': { up: reasonCodes },
};
