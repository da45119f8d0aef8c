import { z } from 'zod';
import { contrastRatio } from '../base/contrast.ts';
import { group, lineSchema } from './config-fields.ts';
import { darkSheet, LEAST_CONTRAST } from './palette.ts';

/**
 * Typefaces of a mail: each name stands for a family of fonts that readers' devices already have.
 */
export const TYPES = ['classic', 'modern', 'literary'] as const;

const colourSchema = z.unknown().transform(readColour);
/** An https address, or a path to a file, looked up from where `newsletters.yaml` lies. */
const pictureSchema = z
  .string()
  .trim()
  .refine(
    (logo) => isHttps(logo) || isPicturePath(logo),
    'an https address of a PNG, JPEG or GIF, or the path of such a file beside newsletters.yaml',
  );
const pixelsSchema = (most: number) => z.int().min(16).max(most, `at most ${most} pixels`);

const fields = group({
  accent: colourSchema.default('#8c1d3f'),
  ink: colourSchema.default('#1d1a1f'),
  paper: colourSchema.default('#fbf8f4'),
  ground: colourSchema.default('#ece4da'),
  /** The accent where the reader's device is dark; made from the accent when absent. */
  accent_dark: colourSchema.optional(),
  type: z.enum(TYPES).default('classic'),
  /**
   * Stands in the masthead in place of the title; a mail program that shows no pictures shows the
   * title.
   */
  logo: pictureSchema.optional(),
  logo_dark: pictureSchema.optional(),
  /** Pixels, as shown. */
  logo_width: pixelsSchema(560).optional(),
  logo_height: pixelsSchema(200).optional(),
  /** A sentence above the imprint, in the publisher's own tone. */
  footer: lineSchema.optional(),
});

/** Look of a newsletter. Settings left out take Broadsheet's defaults. */
export const brandSchema = fields.superRefine((brand, context) => {
  const refuse = (key: keyof Brand, message: string) =>
    context.addIssue({ code: 'custom', path: [key], message, input: brand[key] });
  for (const [key, ratio, pair] of pairsOf(brand))
    if (ratio < LEAST_CONTRAST)
      refuse(
        key,
        `a colour that can be read: ${pair} has a contrast of ${floor(ratio)}:1, and text needs 4.5:1`,
      );
  for (const key of ['logo_width', 'logo_height'] as const)
    if (brand.logo && !brand[key]) refuse(key, 'the size of the logo as shown, in pixels');
  if (brand.logo_dark && !brand.logo)
    refuse('logo', 'a logo for light pages too, since there is one for dark ones');
});

export type Brand = Readonly<z.infer<typeof fields>>;

export const OUR_BRAND: Brand = fields.parse({});

function isHttps(address: string): boolean {
  return URL.parse(address)?.protocol === 'https:';
}

function isPicturePath(path: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:|^\/\//i.test(path) && /\.(?:png|jpe?g|gif)$/i.test(path);
}

/**
 * Lists the colour pairs to check: the key to change, the contrast ratio, and a description of the
 * pair.
 */
function pairsOf(brand: Brand): [key: keyof Brand, ratio: number, pair: string][] {
  const { darkPaper } = darkSheet(brand);
  const pair = (key: keyof Brand, colour: string, name: string, background: string) =>
    [key, contrastRatio(colour, background), `${colour} on the ${name} ${background}`] satisfies [
      keyof Brand,
      number,
      string,
    ];
  return [
    pair('ink', brand.ink, 'paper', brand.paper),
    pair('ground', brand.ink, 'ground', brand.ground),
    pair('accent', brand.accent, 'paper', brand.paper),
    ...(brand.accent_dark ? [pair('accent_dark', brand.accent_dark, 'dark paper', darkPaper)] : []),
  ];
}

/** Never rounded up to what it is not. */
function floor(ratio: number): string {
  return (Math.floor(ratio * 10) / 10).toFixed(1);
}

/** YAML takes an unquoted # for a comment, and what is left for nothing. */
function readColour(value: unknown, context: z.core.$RefinementCtx): string {
  if (typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value)) return value.toLowerCase();
  context.addIssue({ code: 'custom', message: 'a colour of six digits in quotes, such as "#8c1d3f"' });
  return z.NEVER;
}
