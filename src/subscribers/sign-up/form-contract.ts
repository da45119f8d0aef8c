import type { Words } from '../../config/vocabulary.ts';

/** Path and fields of every sign-up form, whether on our page or on a publisher's own. */

export const SUBSCRIBE_PATH = '/subscribe';

/**
 * Hidden from people, so what fills it is a program. Its name is one that such programs like and
 * browsers do not fill.
 */
export const TRAP_FIELD = 'homepage';

/**
 * Names a newsletter whose sections the form shows. Browsers leave boxes out that are not ticked,
 * so without it "none of them" would look like a publisher's own form that has no boxes at all, and
 * that means everything.
 */
export const ASKED_FIELD = 'sections-of';

/** Field with the signed time at which the form was opened. */
export const STAMP_FIELD = 'opened';
/** A proof of work over the stamp and the address. */
export const PROOF_FIELD = 'proof';
/** The domain a reader insists on, having been asked whether it is a typing mistake. */
export const SURE_FIELD = 'sure';
/** The address a reader takes in place of the one with the typing mistake. */
export const INSTEAD_FIELD = 'instead';

/** The language the form was shown in: what is kept as evidence has to be what was read. */
export const SHOWN_FIELD = 'lang';

/** The sentence by the button: what a person agrees to, and so what is kept as evidence. */
export function consentWording(words: Words, publisher: string, titles: readonly string[]): string {
  const [only, ...more] = titles;
  return only !== undefined && more.length === 0
    ? words.say('sign_up.agree', { title: only, publisher })
    : words.say('sign_up.agree_to_ticked', { publisher });
}
