import { channels, contrastRatio } from '../base/contrast.ts';

/** What a publisher says about colour; all `#rrggbb`. */
export interface BrandColours {
  readonly accent: string;
  readonly ink: string;
  readonly paper: string;
  readonly ground: string;
  readonly accent_dark?: string | undefined;
}

/** WCAG 2.2 AA for text. */
export const LEAST_CONTRAST = 4.5;
/** What derived colours aim at, so that rounding never brings them below. */
const AIM = 4.8;
/** No lighter than this against black, or a dark page is not one. */
const DARK_ENOUGH = 1.25;
const BLACK = '#000000';

/** The way from one colour to another: 0 is `from`, 1 is `to`. */
export function mix(from: string, to: string, share: number): string {
  const other = channels(to);
  const mixed = channels(from).map((channel, at) =>
    Math.round(channel + ((other[at] ?? 0) - channel) * share),
  );
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Every colour of a mail, in light and in dark, from the few that were given. */
export function paletteOf(brand: BrandColours) {
  const { ink, paper, ground, accent } = brand;
  const { darkPaper, darkGround, darkInk } = darkSheet(brand);
  const [darkTint, darkBand] = [mix(darkPaper, accent, 0.14), mix(darkPaper, accent, 0.3)];
  // The band is dark by day, too; a brand that is dark already tints it instead.
  const [band, onBand] = isDark(brand) ? [mix(paper, accent, 0.18), ink] : [ink, paper];
  const [dark, bands] = [
    [darkPaper, darkTint],
    [band, darkBand],
  ];
  return {
    ...{ ink, paper, ground, accent, band, onBand },
    soft: faded(ink, paper, 0.34, [paper, ground]),
    rule: mix(ink, paper, 0.82),
    wash: mix(ground, ink, 0.03),
    tint: mix(paper, accent, 0.06),
    bandSoft: faded(onBand, band, 0.22, bands),
    bandWash: mix(band, onBand, 0.2),
    bandAccent: legible(brand.accent_dark ?? accent, onBand, bands),
    ...{ darkPaper, darkGround, darkInk, darkTint, darkBand },
    darkSoft: faded(darkInk, darkPaper, 0.26, dark),
    darkAccent: legible(brand.accent_dark ?? accent, darkInk, dark),
    darkRule: mix(darkPaper, darkInk, 0.2),
    darkWash: mix(darkPaper, darkInk, 0.1),
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

/** As far towards its background as it can go and still be read on all of `on`. */
function faded(colour: string, towards: string, most: number, on: readonly string[]): string {
  for (let share = most; share > 0; share -= 0.02) {
    const found = mix(colour, towards, share);
    if (on.every((background) => contrastRatio(found, background) >= AIM)) return found;
  }
  return colour;
}

/** The colour itself if it can be read on all of `on`, else the first on its way to `bright` that can. */
function legible(colour: string, bright: string, on: readonly string[]): string {
  for (let share = 0; share < 1; share += 0.04) {
    const found = mix(colour, bright, share);
    if (on.every((background) => contrastRatio(found, background) >= AIM)) return found;
  }
  return bright;
}
