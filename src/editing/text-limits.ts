import type { Refused } from './edit.ts';

/** The longest that each text may be, in characters. */
export const TEXT_LIMITS = {
  headline: 150,
  standfirst: 300,
  alt: 160,
  subject: 120,
  preheader: 110,
  intro: 1200,
  signoff: 1200,
} as const;

const NAMES: Readonly<Record<keyof typeof TEXT_LIMITS, string>> = {
  headline: 'A headline',
  standfirst: 'A standfirst',
  alt: 'The description of a picture',
  subject: 'A subject',
  preheader: 'The preview text',
  intro: 'An intro',
  signoff: 'A sign-off',
};

/** Returns a refusal where a text is too long; else undefined. */
export function tooLong(kind: keyof typeof TEXT_LIMITS, text: string): Refused | undefined {
  const length = [...text].length;
  if (length <= TEXT_LIMITS[kind]) return undefined;
  return { refused: `${NAMES[kind]} has at most ${TEXT_LIMITS[kind]} characters; this one has ${length}.` };
}
