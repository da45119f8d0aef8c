import { createHash } from 'node:crypto';
import { encodeWord, foldLines, quoteString } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';
import { domainOf, type EmailAddress, withTag } from '../../base/text/address.ts';
import { oneLine, shorten } from '../../base/text/one-line.ts';
import type { Sender } from '../../config/config-fields.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import type { DeliveryKind } from '../../storage/schema/schema.ts';
import { LEAVE_SUBJECT } from '../../transport/inbound/automatic-mail.ts';
import { type MailLinks, ownAddress, slotAddress } from '../mail-links.ts';
import { SLOTS } from '../mail-slots.ts';

export interface MessageHeaders {
  readonly from: Sender;
  readonly replyTo?: Sender;
  readonly newsletter: NewsletterConfig;
  readonly kind: DeliveryKind;
  /** The host of `PUBLIC_URL`, or the sender's domain: what follows the dot in `List-Id`. */
  readonly listDomain: string;
  readonly links: MailLinks;
  readonly editionId?: string;
  /**
   * Address for unsubscribing by mail, without the tag that identifies the reader; absent where
   * nobody reads such mail.
   */
  readonly leaveBy?: EmailAddress;
}

const LINE_CHARACTERS = 76;
/**
 * Most characters that nodemailer allows in an encoded word's text, which with its charset and
 * delimiters stays within 75.
 */
const ENCODED_TEXT_CHARACTERS = 52;
const LIST_NAME_MAX = 60;

/**
 * The header lines that are the same for every reader, without line ends. Two may hold slots'
 * marks, those of unsubscribing and that of the reader's web version; everything else is ASCII.
 */
export function sharedHeaders(subject: string, headers: MessageHeaders): string[] {
  return [
    mailbox('From', headers.from),
    ...(headers.replyTo ? [mailbox('Reply-To', headers.replyTo)] : []),
    unstructured('Subject', subject),
    // Automatic mail says so, and vacation responders keep quiet (RFC 3834 §5.2).
    'Auto-Submitted: auto-generated',
    ...listHeaders(headers),
    'MIME-Version: 1.0',
  ];
}

/**
 * To confirm is not to be on the list yet: such a mail is a letter to one person, with nothing to
 * unsubscribe from, and must not hand another reader's way out to a mailbox that may be anybody's.
 * An editor is told of a draft, and is on no list.
 */
const OFF_THE_LIST: ReadonlySet<DeliveryKind> = new Set([
  'confirmation',
  'address-old',
  'address-new',
  'draft-ready',
  'draft-reminder',
  'draft-missed',
]);

function listHeaders(headers: MessageHeaders): string[] {
  if (OFF_THE_LIST.has(headers.kind)) return [];
  // The link first: RFC 8058 has one click for the first address that is https, and a mail for whoever knows no other way.
  const unsubscribe = [slotAddress(headers.links, 'unsubscribe'), ...byMail(headers)];
  return [
    listId(headers.newsletter, headers.listDomain),
    // In one line each, however long: some relays break the signature of a field that was folded before its value.
    `List-Unsubscribe: ${unsubscribe.map((address) => `<${address}>`).join(', ')}`,
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    `List-Help: <${ownAddress(headers.links.signUp(headers.newsletter.id))}>`,
    ...(headers.kind === 'edition' ? editionHeaders(headers) : []),
  ];
}

function byMail({ leaveBy }: MessageHeaders): string[] {
  return leaveBy ? [`mailto:${withTag(leaveBy, SLOTS.leave)}?subject=${LEAVE_SUBJECT}`] : [];
}

function editionHeaders({ links, editionId, newsletter, from }: MessageHeaders): string[] {
  return [
    // The reader's own web version, not the public one: that would lead to stories they asked to be spared.
    ...(editionId ? [`List-Archive: <${slotAddress(links, 'view')}>`] : []),
    'List-Post: NO',
    'Precedence: bulk',
    ...(editionId ? [`Feedback-ID: ${editionId}:${newsletter.id}:digest:${senderId(from)}`] : []),
  ];
}

/**
 * Returns the id by which providers add up complaints, the same in all mail of a domain: 5 to 15
 * characters. The digest tells apart two domains that begin alike.
 */
function senderId({ address }: Sender): string {
  const domain = domainOf(address);
  const digest = createHash('sha256').update(domain).digest('hex');
  return domain.replace(/[^a-z0-9]/g, '').slice(0, 9) + digest.slice(0, 6);
}

/**
 * The name may change, the identifier in the angle brackets never: readers' filters stand on it
 * (RFC 2919).
 */
function listId(newsletter: NewsletterConfig, listDomain: string): string {
  const domain = listDomain
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/[^a-z0-9.-]/g, '');
  const name = phrase(shorten(oneLine(newsletter.title), LIST_NAME_MAX));
  return fold(`List-Id: ${name} <${newsletter.id}.${domain || 'localhost'}>`);
}

function mailbox(field: 'From' | 'Reply-To', { name, address }: Sender): string {
  const clean = oneLine(name);
  return fold(clean === '' ? `${field}: ${address}` : `${field}: ${phrase(clean)} <${address}>`);
}

function unstructured(field: string, text: string): string {
  const clean = oneLine(text);
  const value = readsAsEncoded(clean) ? encoded(clean) : MimeNode.encodeHeaderValue(field, clean);
  return fold(`${field}: ${value}`);
}

function phrase(text: string): string {
  const plain = /^[\x20-\x7e]*$/.test(text) && !readsAsEncoded(text);
  return plain ? quoteString(text) : encoded(text);
}

/**
 * Text that a mail program would decode although nobody encoded it; nodemailer passes it on as it
 * is.
 */
function readsAsEncoded(text: string): boolean {
  return text.includes('=?');
}

function encoded(text: string): string {
  return encodeWord(text, 'Q', ENCODED_TEXT_CHARACTERS);
}

function fold(line: string): string {
  return foldLines(line, LINE_CHARACTERS);
}
