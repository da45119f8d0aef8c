import { escapeHtml } from '../base/text/escape-html.ts';

/**
 * The places in a rendered mail that differ from reader to reader. Each is marked by one
 * private-use character, which `cleanText` removes from everything that comes from outside, so that
 * no article can forge one.
 */
export const SLOTS = {
  /** Token of the one-click and page unsubscribe link. */
  unsubscribe: '\ue000',
  preferences: '\ue001',
  /** Token of this reader's own web version. */
  view: '\ue002',
  /** Token of a confirmation link. */
  confirm: '\ue003',
  /** Text after a greeting: ", Anna" or nothing; see `addressee.ts`. */
  addressee: '\ue004',
  /** Token of the question whether mail may move to another address. */
  address: '\ue005',
  /**
   * The unsubscribe link's token as an address can hold it, behind the "+" of where readers
   * unsubscribe by mail.
   */
  leave: '\ue006',
  /** Token of an editor's link to a draft. */
  review: '\ue007',
} as const;

export type SlotName = keyof typeof SLOTS;
/**
 * Merge fields in links. Their tokens use the URL-safe alphabet, which needs no escaping in HTML
 * and no encoding in quoted-printable.
 */
export type TokenSlot = Exclude<SlotName, 'addressee' | 'leave'>;
export type SlotValues = Readonly<Partial<Record<SlotName, string>>>;
/** Format of a text: a person's name needs escaping in HTML only. */
export type Flavour = 'html' | 'plain';

const ANY_SLOT = /[\ue000-\ue007]/u;

/** Splits text at its slots: strings are literal, names are slots. */
export function splitAtSlots(text: string): (string | { readonly slot: SlotName })[] {
  const names = Object.entries(SLOTS) as [SlotName, string][];
  return text.split(/([\ue000-\ue007])/u).flatMap((piece) => {
    if (piece === '') return [];
    const name = names.find(([, mark]) => mark === piece)?.[0];
    return [name ? { slot: name } : piece];
  });
}

/**
 * Text with every slot filled. @throws when a slot has no value: a mail with a hole must not exist.
 */
export function fillSlots(text: string, values: SlotValues, flavour: Flavour): string {
  if (!ANY_SLOT.test(text)) return text;
  return splitAtSlots(text)
    .map((piece) => (typeof piece === 'string' ? piece : slotText(values, piece.slot, flavour)))
    .join('');
}

/**
 * A slot's value as it stands in the text, before any encoding for the wire. @throws when there is
 * none.
 */
export function slotText(values: SlotValues, name: SlotName, flavour: Flavour): string {
  const value = values[name];
  if (value === undefined) throw new Error(`The mail has a slot "${name}" that nothing fills`);
  return flavour === 'html' ? escapeHtml(value) : value;
}
