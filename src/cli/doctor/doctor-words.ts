import type { LeftOut } from '../../articles/article.ts';
import { reasonInWords } from '../../editions/words/reason-words.ts';
import { counted } from '../output.ts';
import type { Facts, FindingCode, Verdict } from './doctor-facts.ts';

type Sentence<About> = readonly [verdict: Verdict, sayIt: (about: About) => string];

const LEFT_OUT: Readonly<Record<LeftOut, readonly [one: string, several: string]>> = {
  draft: ['draft', 'drafts'],
  private: ['not public', 'not public'],
  scheduled: ['waits for its moment', 'wait for their moment'],
  expired: ['expired', 'expired'],
  page: ['page of a site', 'pages of a site'],
  folder: ['folder of a site', 'folders of a site'],
  kind: ['kind of file that is not read', 'kinds of file that are not read'],
};

/** The verdict of each finding, and the sentence it is told in. */
export const SENTENCES: { readonly [Code in FindingCode]: Sentence<Facts[Code]> } = {
  version: ['fine', ({ version, node, system }) => `${version}, on Node ${node}, ${system}`],
  'configuration-read': [
    'fine',
    ({ newsletters, sources }) =>
      `${counted(newsletters, 'newsletter', 'newsletters')}, ${counted(sources, 'source', 'sources')}`,
  ],
  'configuration-invalid': ['wrong', withHint],
  rehearsal: ['note', () => 'SMTP_URL is not set: mail is caught on this machine'],
  'links-not-https': [
    'note',
    ({ publicUrl }) => `${publicUrl} is not https: real readers cannot unsubscribe with one click`,
  ],
  'unsubscribing-by-mail': [
    'note',
    ({ address, host, port }) =>
      port === null
        ? `also by mail to ${address}, which something has to hand to \`broadsheet receive\` (INBOUND_PORT is not set)`
        : `also by mail to ${address}, which \`start\` takes on ${host}, port ${port}: your mail server has to route it there`,
  ],
  'source-folder-missing': ['wrong', ({ source, folder }) => `${source}: there is no folder ${folder}`],
  'source-unused': ['note', ({ source }) => `${source} belongs to no newsletter`],
  'source-files-to-mend': [
    'note',
    ({ source, count }) =>
      `${source}: ${counted(count, 'file has', 'files have')} something to mend; \`broadsheet collect\` says what`,
  ],
  'source-files-left-out': [
    'note',
    (about) => `${about.source}: left out: ${leftOut(about).join(', ')}; \`broadsheet collect\` names each`,
  ],
  'database-ready': [
    'fine',
    ({ database, subscribers }) => `${database}, up to date, ${subscribers} subscribers`,
  ],
  'database-absent': ['note', ({ where }) => `not there yet: the first start makes it (${where})`],
  'database-behind': [
    'note',
    ({ steps }) =>
      `${counted(steps.length, 'step', 'steps')} behind this release: the next start takes them, or \`broadsheet migrate\``,
  ],
  'database-ahead': [
    'wrong',
    ({ steps }) => `written by a newer release (${steps.join(', ')}): use that one`,
  ],
  'database-unavailable': ['wrong', withHint],
  'database-restored': ['wrong', ({ lines }) => lines.join('\n  ')],
  'files-open-to-others': ['wrong', openToOthers],
  // A rehearsal's readers are invented.
  'rehearsal-files-open-to-others': ['note', openToOthers],
  'relay-answers': [
    'fine',
    ({ smtputf8 }) =>
      `answers, and lets us in${smtputf8 ? '; takes addresses with letters beyond ASCII (SMTPUTF8)' : ''}`,
  ],
  'relay-unavailable': ['wrong', ({ reason }) => reason],
  'dkim-off': ['note', () => 'mail is not signed here (DKIM_DOMAIN is not set): see that the relay signs it'],
  'dkim-key-weak': ['note', ({ weakness }) => weakness],
  'dkim-record-published': [
    'fine',
    ({ domain, selector, algorithm }) =>
      `signs for ${domain} (${algorithm}); the record of ${selector} is published`,
  ],
  'dkim-record-missing': [
    'wrong',
    (record) => `nobody can verify what is signed: publish in DNS\n  ${inDns(record)}`,
  ],
  'dkim-record-different': [
    'wrong',
    (record) => `DNS has another record: publish\n  ${inDns(record)}\n  instead of "${record.found}"`,
  ],
  'dkim-record-unknown': [
    'note',
    (record) => `DNS does not say (${record.reason}) whether this is published:\n  ${inDns(record)}`,
  ],
  'templates-ready': ['fine', () => 'all mails render, and pass the checks before sending'],
  'template-invalid': ['wrong', ({ newsletter, error }) => `${newsletter}: ${error}`],
  'edition-not-ready': [
    'wrong',
    ({ newsletter, lines }) => `${newsletter}: no edition could be sent\n${lines.join('\n')}`,
  ],
  'schedule-never-comes': ['wrong', ({ schedule }) => `"${schedule}" never comes`],
  'next-edition': [
    'fine',
    ({ leavesAt, name, address }) =>
      `next edition ${leavesAt ?? 'in no slot soon'}, from ${name} <${address}>`,
  ],
  'newsletter-paused': ['note', ({ by }) => `paused by ${by}: it makes no editions until it is let go on`],
  'draft-on-desk': ['note', draftOnDesk],
  'studio-open': ['fine', openTo],
  'studio-over-http': [
    'wrong',
    (who) => `${openTo(who)}; but over http anybody on the way can read their passwords`,
  ],
  'studio-closed': [
    'note',
    () => 'closed, since STUDIO_PASSWORD is not set and `broadsheet editors add` has let nobody in',
  ],
  'studio-without-approver': [
    'wrong',
    () => 'nobody may approve: `broadsheet editors role EMAIL approve` lets somebody, or set STUDIO_PASSWORD',
  ],
  'studio-open-in-rehearsal': [
    'fine',
    () => 'open on this machine without a password, since this is a rehearsal',
  ],
  'studio-open-without-password': [
    'note',
    ({ host, publicUrl }) =>
      `open without a password to whatever asks from this machine, also to a proxy on it that hides for whom, and this is reached from outside (HOST ${host}, PUBLIC_URL ${publicUrl}): set STUDIO_PASSWORD`,
  ],
  'mailboxes-full': [
    'note',
    ({ count }) =>
      `${counted(count, 'sign-up', 'sign-ups')} in the last day brought no mail, since the mailbox had had enough (per_mailbox under sign_up in newsletters.yaml)`,
  ],
  'sign-ups-asked': ['note', (over) => overCeiling(over, 'asked for proof of work or a wait')],
  'sign-ups-dropped': ['note', (over) => overCeiling(over, 'dropped')],
};

function withHint({ message, hint }: { message: string; hint: string | null }): string {
  return [message, hint].filter(Boolean).join('. ');
}

function draftOnDesk({ standing, leavesAt, keptBy, reason, corrects }: Facts['draft-on-desk']): string {
  const goes =
    standing === 'approved' ? `approved, goes at ${leavesAt}` : `goes at ${leavesAt} unless it is held`;
  // A correction is due at no moment: it leaves when it is approved.
  if (corrects !== null) {
    const kept = reasonInWords(keptBy ?? reason) || `approved, goes at ${leavesAt}`;
    return `a correction of ${corrects}: ${kept}`;
  }
  if (keptBy) return `${reasonInWords(keptBy)}, due at ${leavesAt}`;
  return reasonInWords(reason) || goes;
}

function openToOthers({ paths }: { paths: readonly string[] }): string {
  return `other users of this machine can get at ${paths.join(', ')}. Run: chmod -R go-rwx ${paths.join(' ')}`;
}

function inDns({ name, value }: { name: string; value: string }): string {
  return `${name} TXT "${value}"`;
}

function openTo({ editors, approving, password }: Facts['studio-open']): string {
  const who = `open to ${counted(editors, 'editor', 'editors')}, ${approving} of whom may approve`;
  return password ? `${who}, and to whoever has STUDIO_PASSWORD` : who;
}

function overCeiling({ ceiling, count }: Facts['sign-ups-asked'], what: string): string {
  const were = counted(count, 'sign-up was', 'sign-ups were');
  return `${were} ${what} in the last day, over the ceiling ${ceiling} (sign_up in newsletters.yaml)`;
}

function leftOut({ kinds, others }: Facts['source-files-left-out']): string[] {
  const known = Object.entries(kinds) as [LeftOut, number][];
  const parts = known.map(([kind, count]) => counted(count, ...LEFT_OUT[kind]));
  return others > 0 ? [...parts, `${others} more`] : parts;
}
