/**
 * The contrast ratio of two colours as WCAG 2.2 defines it: 1 (none) to 21 (black on white),
 * whichever stands on which. Text wants 4.5, large text and shapes 3.
 * @param one, other `#rgb` or `#rrggbb`.
 * @throws RangeError naming what is not such a colour.
 */
export function contrastRatio(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Red, green and blue, 0 to 255. @throws RangeError for what is not `#rgb` or `#rrggbb`. */
export function channels(colour: string): readonly [number, number, number] {
  const [, digits = ''] = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour) ?? [];
  if (digits === '') throw new RangeError(`"${colour}" is not a colour such as #8c1d3f`);
  const pairs = digits.length === 3 ? [...digits].map((digit) => digit + digit) : digits.match(/../g);
  const [red = 0, green = 0, blue = 0] = (pairs ?? []).map((pair) => Number.parseInt(pair, 16));
  return [red, green, blue];
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
