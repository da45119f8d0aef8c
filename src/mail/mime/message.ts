import { createHash } from 'node:crypto';
import { encode, wrap } from 'nodemailer/lib/qp';
import type { EmailAddress } from '../../base/text/address.ts';
import {
  type Flavour,
  SLOTS,
  type SlotValues,
  slotText,
  splitAtSlots,
  type TokenSlot,
} from '../mail-slots.ts';
import type { RenderedMail } from '../render.ts';
import { type MessageHeaders, sharedHeaders } from './headers.ts';

export type { MessageHeaders } from './headers.ts';

export interface Recipient {
  readonly address: EmailAddress;
  /** Without its angle brackets; the same on every attempt. */
  readonly messageId: string;
  /** UTC milliseconds. */
  readonly date: number;
  readonly slots: SlotValues;
}

/** A name is the one slot that is spelt differently in the two parts. */
type PersonalField = 'to' | 'date' | 'message-id' | 'leave' | TokenSlot | `addressee in ${Flavour}`;

/**
 * A message that lacks nothing but its reader: bytes, and between them the places of what is
 * personal.
 */
export interface MessageTemplate {
  /** Made by `prepareMessage` alone. */
  readonly pieces: readonly (Buffer | PersonalField)[];
}

/**
 * Line length: 76, less one for the soft break before a merge field and two for a dot that has to
 * be encoded.
 */
const BODY_LINE_CHARACTERS = 73;
const SOFT_BREAK = '=\r\n';
const TOKEN = /^[A-Za-z0-9_-]{1,60}$/;
const ONE_SHORT_LINE = /^[^\p{Cc}\u2028\u2029]{0,60}$/u;
const MESSAGE_ID = /^[\x21\x23-\x3b\x3d\x3f-\x7e]+@[A-Za-z0-9.-]+$/;

/**
 * Encodes a variant once, for all its readers. The bodies are quoted-printable in pieces around the
 * slots, each slot on a line of its own between soft line breaks, so that filling one never moves
 * another character and never makes a line too long.
 * @throws when the subject, the preheader or a header would hold a reader's name.
 */
export function prepareMessage(mail: RenderedMail, headers: MessageHeaders): MessageTemplate {
  const shared = sharedHeaders(mail.subject, headers);
  if ([mail.subject, mail.preheader, ...shared].some((line) => line.includes(SLOTS.addressee)))
    throw new Error('A name must not stand in a header or a preheader');
  const boundary = boundaryOf(mail, shared);
  return {
    pieces: joinText([
      'To: ',
      { field: 'to' },
      '\r\nDate: ',
      { field: 'date' },
      '\r\nMessage-ID: <',
      { field: 'message-id' },
      '>\r\n',
      ...shared.flatMap((line) => [...fields(line, 'plain'), '\r\n']),
      `Content-Type: multipart/alternative; boundary="${boundary}"\r\n\r\n`,
      ...part('plain', mail.text, boundary),
      ...part('html', mail.html, boundary),
      `--${boundary}--\r\n`,
    ]),
  };
}

/**
 * The complete message for one reader, with CRLF line ends and without dot-stuffing, which is the
 * transport's. It is ASCII unless the reader's address is not: then `To` is UTF-8 (RFC 6532).
 * @throws when a slot has no value, or one that would need encoding.
 */
export function mergeMessage(template: MessageTemplate, recipient: Recipient): Buffer {
  const values = new Map<PersonalField, string>();
  let length = 0;
  for (const piece of template.pieces) {
    if (typeof piece !== 'string') {
      length += piece.length;
      continue;
    }
    const value = values.get(piece) ?? personalValue(piece, recipient);
    values.set(piece, value);
    length += Buffer.byteLength(value);
  }
  const message = Buffer.allocUnsafe(length);
  let offset = 0;
  for (const piece of template.pieces) {
    offset +=
      typeof piece === 'string'
        ? message.write(values.get(piece) ?? '', offset)
        : piece.copy(message, offset);
  }
  return message;
}

function personalValue(field: PersonalField, recipient: Recipient): string {
  switch (field) {
    case 'to':
      return recipient.address;
    case 'date':
      return new Date(recipient.date).toUTCString().replace('GMT', '+0000');
    case 'message-id':
      if (!MESSAGE_ID.test(recipient.messageId))
        throw new Error(`"${recipient.messageId}" cannot be a Message-ID`);
      return recipient.messageId;
    case 'addressee in html':
      return addressee(recipient.slots, 'html');
    case 'addressee in plain':
      return addressee(recipient.slots, 'plain');
    default: {
      const token = slotText(recipient.slots, field, 'plain');
      if (!TOKEN.test(token))
        throw new Error(`The slot "${field}" takes up to 60 characters of the URL-safe alphabet`);
      return token;
    }
  }
}

function addressee(slots: SlotValues, flavour: Flavour): string {
  if (!ONE_SHORT_LINE.test(slots.addressee ?? ''))
    throw new Error('The slot "addressee" takes up to 60 characters on one line');
  return quotedPrintable(slotText(slots, 'addressee', flavour));
}

type Piece = string | { readonly field: PersonalField };

function part(subtype: Flavour, content: string, boundary: string): Piece[] {
  return [
    `--${boundary}\r\nContent-Type: text/${subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`,
    ...fields(content.replace(/\r\n?|\n/g, '\r\n'), subtype)
      .map((piece) => (typeof piece === 'string' ? quotedPrintable(piece) : piece))
      .flatMap((piece) => (typeof piece === 'string' ? [piece] : [SOFT_BREAK, piece, SOFT_BREAK])),
    '\r\n',
  ];
}

/**
 * Encodes a body as quoted-printable. The first of two spaces is encoded, and every tab; nodemailer
 * encodes those at the end of a line. The body is thus its own relaxed form (RFC 6376 §3.4.4), and
 * a signature can hash it as it is. A dot at the start of a line is encoded, so that the transport
 * need not look for dots to double (RFC 5321 §4.5.2) in every copy.
 */
function quotedPrintable(text: string): string {
  const encoded = encode(text)
    .replace(/ (?=[ \t])/g, '=20')
    .replaceAll('\t', '=09');
  return wrap(encoded, BODY_LINE_CHARACTERS).replace(/^\./gm, '=2E');
}

function fields(text: string, flavour: Flavour): Piece[] {
  return splitAtSlots(text).map((piece) => {
    if (typeof piece === 'string') return piece;
    return { field: piece.slot === 'addressee' ? `addressee in ${flavour}` : piece.slot };
  });
}

/**
 * The same for the same mail, so that a message is the same bytes on every attempt. "=_" never
 * occurs in quoted-printable.
 */
function boundaryOf(mail: RenderedMail, shared: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of [...shared, mail.text, mail.html]) hash.update(text).update('\0');
  return `=_${hash.digest('hex').slice(0, 32)}`;
}

/** Neighbouring texts become one buffer each: a merge copies as few pieces as there can be. */
function joinText(pieces: readonly Piece[]): (Buffer | PersonalField)[] {
  const joined: (Buffer | PersonalField)[] = [];
  let text = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      text += piece;
      continue;
    }
    joined.push(Buffer.from(text, 'ascii'), piece.field);
    text = '';
  }
  return [...joined, Buffer.from(text, 'ascii')];
}
