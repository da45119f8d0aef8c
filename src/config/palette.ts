import { channels, contrastRatio } from '../base/contrast.ts';

/** Colours that a publisher sets; all `#rrggbb`. */
export interface BrandColours {
  readonly accent: string;
  readonly ink: string;
  readonly paper: string;
  readonly ground: string;
  readonly accent_dark?: string | undefined;
}

/** WCAG 2.2 AA for text. */
export const LEAST_CONTRAST = 4.5;
/** Contrast that derived colours aim at, so that rounding never brings them below the minimum. */
const AIM = 5;
/** No lighter than this against black, or a dark page is not one. */
const DARK_ENOUGH = 1.25;
const BLACK = '#000000';

/** The way from one colour to another: 0 is `from`, 1 is `to`. */
export function mix(from: string, to: string, share: number): string {
  const other = channels(to);
  return hex(channels(from).map((channel, at) => channel + ((other[at] ?? 0) - channel) * share));
}

/** Every colour of a mail, in light and in dark, from the few that were given. */
export function paletteOf(brand: BrandColours) {
  const { ink, paper, ground, accent } = brand;
  const { darkPaper, darkGround, darkInk } = darkSheet(brand);
  const [darkTint, darkBand] = [mix(darkPaper, accent, 0.14), mix(darkPaper, accent, 0.3)];
  // The band is dark by day, too; a brand that is dark already tints it instead.
  const [band, onBand] = isDark(brand)
    ? [under(ink, paper, accent, 0.18), ink]
    : [mix(ink, accent, 0.5), paper];
  const [dark, bands] = [
    [darkPaper, darkTint],
    [band, darkBand],
  ];
  const bandSoft = faded(onBand, band, 0.22, bands);
  const darkSoft = faded(darkInk, darkPaper, 0.26, dark);
  return {
    ...{ ink, paper, ground, accent, band, onBand, bandSoft, darkSoft },
    soft: faded(ink, paper, 0.34, [paper, ground]),
    rule: mix(ink, paper, 0.82),
    wash: mix(ground, ink, 0.03),
    tint: under(accent, paper, accent, 0.06),
    bandWash: under(bandSoft, band, onBand, 0.2),
    bandAccent: legible(brand.accent_dark ?? accent, onBand, bands),
    ...{ darkPaper, darkGround, darkInk, darkTint, darkBand },
    darkAccent: legible(brand.accent_dark ?? accent, darkInk, dark),
    darkRule: mix(darkPaper, darkInk, 0.2),
    darkWash: under(darkSoft, darkPaper, darkInk, 0.1),
  };
}

export type Palette = ReturnType<typeof paletteOf>;

/** Night made of the brand's own dark and light, whichever of ink and paper is which. */
export function darkSheet(brand: Pick<BrandColours, 'ink' | 'paper'>) {
  const [deep, bright] = isDark(brand) ? [brand.paper, brand.ink] : [brand.ink, brand.paper];
  let darkPaper = deep;
  while (contrastRatio(darkPaper, BLACK) > DARK_ENOUGH) darkPaper = mix(darkPaper, BLACK, 0.08);
  return { darkPaper, darkGround: mix(darkPaper, BLACK, 0.32), darkInk: mix(bright, darkPaper, 0.04) };
}

/** Light on dark by day. */
function isDark({ ink, paper }: Pick<BrandColours, 'ink' | 'paper'>): boolean {
  return contrastRatio(paper, BLACK) < contrastRatio(ink, BLACK);
}

/** Returns the colour faded towards its background as far as it stays readable on all of `on`. */
function faded(colour: string, towards: string, most: number, on: readonly string[]): string {
  for (let share = most; share > 0; share -= 0.02) {
    const found = mix(colour, towards, share);
    if (on.every((background) => contrastRatio(found, background) >= AIM)) return found;
  }
  return colour;
}

/**
 * A background for `text`: as far from one colour towards another as it can go, so that the text
 * can still be read.
 */
function under(text: string, from: string, towards: string, most: number): string {
  for (let share = most; share > 0; share -= 0.01) {
    const found = mix(from, towards, share);
    if (contrastRatio(text, found) >= LEAST_CONTRAST) return found;
  }
  return from;
}

/**
 * The colour itself if it can be read on all of `on`, else the first lighter one of its hue that
 * can, else `bright`.
 */
function legible(colour: string, bright: string, on: readonly string[]): string {
  const { hue, saturation, lightness } = hslOf(colour);
  for (let lighter = lightness; lighter <= 0.9; lighter += 0.02) {
    const found = fromHsl({ hue, saturation, lightness: lighter });
    if (on.every((background) => contrastRatio(found, background) >= AIM)) return found;
  }
  return bright;
}

interface Hsl {
  /** 0 to 6. */
  readonly hue: number;
  /** These two 0 to 1. */
  readonly saturation: number;
  readonly lightness: number;
}

function hslOf(colour: string): Hsl {
  const [red, green, blue] = channels(colour).map((channel) => channel / 255) as [number, number, number];
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const [lightness, spread] = [(most + least) / 2, most - least];
  if (spread === 0) return { hue: 0, saturation: 0, lightness };
  const hue =
    most === red
      ? (green - blue) / spread + 6
      : most === green
        ? (blue - red) / spread + 2
        : (red - green) / spread + 4;
  return { hue: hue % 6, saturation: spread / (1 - Math.abs(2 * lightness - 1)), lightness };
}

function fromHsl({ hue, saturation, lightness }: Hsl): string {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  return hex(
    [0, 8, 4].map((turn) => {
      const at = (turn + hue * 2) % 12;
      return 255 * (lightness - reach * Math.max(-1, Math.min(at - 3, 9 - at, 1)));
    }),
  );
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}
