import { type Cell, type Layout, plain } from './import-columns.ts';

/** What another system holds of somebody. */
export type ListStatus = 'active' | 'unconfirmed' | 'unsubscribed' | 'undeliverable' | 'complained';

/** The words systems have for it, as `plain` leaves them. */
const WORDS: Readonly<Record<string, ListStatus>> = {
  ...each('active', [
    '',
    'active',
    'subscribed',
    'enabled',
    'confirmed',
    'optedin',
    'aktiv',
    'actif',
    'activo',
  ]),
  ...each('unconfirmed', ['unconfirmed', 'pending', 'notsubscribed', 'nonsubscribed', 'transactional']),
  ...each('unsubscribed', [
    'unsubscribed',
    'disabled',
    'inactive',
    'optedout',
    'left',
    'deleted',
    'archived',
  ]),
  ...each('undeliverable', ['undeliverable', 'cleaned', 'bounced', 'hardbounced', 'invalid']),
  // A system that blocks somebody does not say whether they bounced, complained or asked for it: the strictest of these.
  ...each('complained', [
    'complained',
    'spam',
    'abuse',
    'blocklisted',
    'blacklisted',
    'blocked',
    'suppressed',
    'erased',
  ]),
};
const NO = new Set(['false', '0', 'no', 'n', 'f']);

/** The status of a row; undefined when it names one that nobody knows, and guessing could mail somebody who left. */
export function statusOf(cell: Cell, format: Layout['format']): ListStatus | undefined {
  const named = WORDS[plain(cell('status'))];
  // In our own file the state says it all, since who came back has a time of leaving, too; but for those who left and have
  // only asked to come back.
  if (format === 'Broadsheet')
    return named === 'unconfirmed' && cell('unsubscribed_at') !== '' ? 'unsubscribed' : named;
  if (cell('cleaned_at') !== '') return 'undeliverable';
  if (cell('unsubscribed_at') !== '' || cell('deleted_at') !== '') return 'unsubscribed';
  if (NO.has(cell('subscribed').toLowerCase())) return 'unsubscribed';
  return named;
}

/**
 * The status of everybody in a file, when it is a file of such people: Mailchimp writes those who left, those who were
 * cleaned, and those who never agreed into files of their own, told apart by a heading or by name.
 */
export function statusOfFile({ headings, format }: Layout, file: string): ListStatus | undefined {
  if (headings.includes('cleantime')) return 'undeliverable';
  if (headings.includes('unsubtime')) return 'unsubscribed';
  if (format !== 'Mailchimp') return undefined;
  if (/^cleaned_/i.test(file)) return 'undeliverable';
  if (/^unsubscribed_/i.test(file)) return 'unsubscribed';
  return /^nonsubscribed_/i.test(file) ? 'unconfirmed' : undefined;
}

function each(status: ListStatus, words: readonly string[]): Record<string, ListStatus> {
  return Object.fromEntries(words.map((word) => [word, status]));
}
