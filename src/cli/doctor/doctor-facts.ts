import type { LeftOut } from '../../articles/article.ts';
import type { EditionReason } from '../../editions/reason.ts';

/**
 * `fine` as it should be; `note` good to know; `wrong` keeps mail, pages or readers' data from
 * being as they should.
 */
export type Verdict = 'fine' | 'note' | 'wrong';

/** Facts of each finding, by its code. No fact holds a password or a key. */
export interface Facts {
  version: { version: string; node: string; system: string };
  'configuration-read': { newsletters: number; sources: number };
  'configuration-invalid': { error: string; message: string; hint: string | null };
  rehearsal: object;
  'links-not-https': { publicUrl: string };
  'unsubscribing-by-mail': { address: string; host: string; port: number | null };
  'source-folder-missing': { source: string; folder: string };
  'source-unused': { source: string };
  'source-files-to-mend': { source: string; count: number };
  /** `kinds` counts the files that are known by name; `others` are those beyond the list. */
  'source-files-left-out': {
    source: string;
    kinds: Readonly<Partial<Record<LeftOut, number>>>;
    others: number;
  };
  'database-ready': { database: 'SQLite' | 'PostgreSQL'; subscribers: number };
  'database-absent': { where: string };
  'database-behind': { steps: readonly string[] };
  'database-ahead': { steps: readonly string[] };
  'database-unavailable': { message: string; hint: string | null };
  /** `lines` names what is held, each with the commands that decide about it. */
  'database-restored': { lines: readonly string[] };
  'files-open-to-others': { paths: readonly string[] };
  'rehearsal-files-open-to-others': { paths: readonly string[] };
  'relay-answers': { smtputf8: boolean };
  'relay-unavailable': { reason: string };
  'dkim-off': object;
  'dkim-key-weak': { weakness: string };
  'dkim-record-published': { domain: string; selector: string; algorithm: string };
  'dkim-record-missing': { name: string; value: string };
  'dkim-record-different': { name: string; value: string; found: string };
  'dkim-record-unknown': { name: string; value: string; reason: string };
  'templates-ready': object;
  'template-invalid': { newsletter: string; error: string };
  /** `checks` are those that block (docs/CHECKS.md), `lines` what they say. */
  'edition-not-ready': { newsletter: string; checks: readonly string[]; lines: readonly string[] };
  'schedule-never-comes': { schedule: string };
  'next-edition': { leavesAt: string | null; name: string; address: string };
  'newsletter-paused': { by: string };
  /**
   * `keptBy` keeps it now; `reason` is what its row has of an earlier moment. A correction is due
   * at no moment of its own.
   */
  'draft-on-desk': {
    standing: string;
    leavesAt: string;
    keptBy: EditionReason | null;
    reason: EditionReason | null;
    corrects: string | null;
  };
  'studio-open': { editors: number; approving: number; password: boolean };
  'studio-over-http': { editors: number; approving: number; password: boolean };
  'studio-closed': object;
  'studio-without-approver': { editors: number };
  'studio-open-in-rehearsal': object;
  'studio-open-without-password': { host: string; publicUrl: string };
  'mailboxes-full': { count: number };
  'sign-ups-asked': { ceiling: string; count: number };
  'sign-ups-dropped': { ceiling: string; count: number };
}

export type FindingCode = keyof Facts;
