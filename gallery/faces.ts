import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * Georgia and Arial are on nearly every reader's machine and on hardly any that draws pictures of mail. Gelasio and Arimo
 * have their measures to the pixel, so lines break in the pictures where they break in inboxes.
 */
const FAMILIES = { Georgia: 'gelasio', Arial: 'arimo' } as const;
const HOST = 'https://faces.invalid/';
const CUTS = [
  { weight: 400, style: 'normal' },
  { weight: 400, style: 'italic' },
  { weight: 700, style: 'normal' },
  { weight: 700, style: 'italic' },
] as const;

const RULES = Object.entries(FAMILIES).flatMap(([family, stand]) =>
  CUTS.map(
    ({ weight, style }) =>
      `@font-face{font-family:'${family}';font-weight:${weight};font-style:${style};src:url(${HOST}${stand}-latin-${weight}-${style}.woff2)}`,
  ),
);

/** The mail as it is drawn: the same, with faces for those that this machine lacks. */
export function withFaces(html: string): string {
  return html.replace('</head>', () => `<style>${RULES.join('')}</style></head>`);
}

/** The file of a face, when it is one that is asked for. */
export async function faceFile(url: string): Promise<Buffer | undefined> {
  const [, file, family] = /^https:\/\/faces\.invalid\/((gelasio|arimo)-[a-z0-9-]+\.woff2)$/.exec(url) ?? [];
  if (!file || !family) return undefined;
  return readFile(fileURLToPath(import.meta.resolve(`@fontsource/${family}/files/${file}`)));
}
