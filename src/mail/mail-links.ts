import { SLOTS, type TokenSlot } from './mail-slots.ts';

/**
 * Addresses of a mail's links, supplied by the application: mail does not know the routes of pages.
 */
export interface MailLinks {
  /**
   * A canonical http(s) link stays as it is; `article:<source>/<name>` becomes the address of our
   * own page.
   */
  article(link: string): string;
  /** `media:<file>` becomes an absolute address; http(s) stays as it is. */
  picture(url: string): string;
  /**
   * These six are called with a slot's mark for a token, which then stands in the address as it is.
   */
  unsubscribe(token: string): string;
  preferences(token: string): string;
  view(token: string): string;
  confirm(token: string): string;
  address(token: string): string;
  /** Page on which an editor reads, approves or holds a draft: opening it does none of these. */
  review(token: string): string;
  /** The edition as everybody may read it. */
  archive(editionId: string): string;
  signUp(newsletterId: string): string;
}

/**
 * An address longer than this is no reader's link, and 64 of them would make a mail that Gmail cuts
 * off.
 */
export const ADDRESS_MAX_CHARACTERS = 1_000;

/**
 * The address in its ASCII spelling if it is one a mail may link to; undefined for every scheme but
 * http and https.
 */
export function webAddress(address: string): string | undefined {
  const parsed = URL.parse(address);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined;
  return parsed.href.length > ADDRESS_MAX_CHARACTERS ? undefined : parsed.href;
}

/** Like `webAddress`, for an address of our own, where anything else is a fault of the wiring. */
export function ownAddress(address: string): string {
  const found = webAddress(address);
  if (!found) throw new Error(`"${address}" is not an http(s) address that a mail can link to`);
  return found;
}

/**
 * The personal address with the slot's mark in it. It is checked by eye rather than through `URL`,
 * which would percent-encode the mark, so that nothing found it again when the mail is merged.
 */
export function slotAddress(links: MailLinks, name: TokenSlot): string {
  const mark = SLOTS[name];
  const pieces = links[name](mark).split(mark);
  const [before = '', after = ''] = pieces;
  if (pieces.length !== 2 || !/^https?:\/\/[\x21-\x7e]+$/.test(before) || !/^[\x21-\x7e]*$/.test(after))
    throw new Error(`The ${name} link must be an ASCII http(s) address that holds its token once`);
  return `${before}${mark}${after}`;
}
