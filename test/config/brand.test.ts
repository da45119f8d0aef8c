import { describe, expect, it } from 'vitest';
import { contrastRatio } from '../../src/base/contrast.ts';
import { brandSchema, OUR_BRAND } from '../../src/config/brand.ts';
import { parseNewsletters } from '../../src/config/newsletters.ts';
import { LEAST_CONTRAST, paletteOf } from '../../src/config/palette.ts';

function fileWith(...lines: readonly string[]): string {
  return [
    'publisher: { name: A Press, postal_address: 1 Yard }',
    'sources: { desk: { folder: articles } }',
    'newsletters:',
    '  daily:',
    '    title: The Daily',
    '    schedule: "0 7 * * *"',
    '    sources: [desk]',
    '    sections: { all: { title: All } }',
    ...lines.map((line) => `    ${line}`),
  ].join('\n');
}

function brandOf(...lines: readonly string[]) {
  const file = fileWith('brand:', ...lines.map((line) => `  ${line}`));
  return parseNewsletters(file, '/house/newsletters.yaml').newsletters[0]?.brand;
}

describe('a brand', () => {
  it('takes from ours what it does not say itself', () => {
    expect(brandOf('accent: "#0B5345"', 'type: modern')).toEqual({
      ...OUR_BRAND,
      accent: '#0b5345',
      type: 'modern',
    });
  });

  it.each([
    ['accent: #8c1d3f', /:10: newsletters\.daily\.brand\.accent: expected a colour of six digits in quotes/],
    ['accent: "#8c1"', /brand\.accent: expected a colour of six digits/],
    [
      'accent: "#ffcc00"',
      /brand\.accent: expected a colour that can be read: #ffcc00 on the paper #fbf8f4 has a contrast of 1\.4:1, and text needs 4\.5:1/,
    ],
    ['ink: "#8a8a8a"', /brand\.ink: .*#8a8a8a on the paper #fbf8f4 has a contrast of 3\.2:1/],
    ['ground: "#606060"', /brand\.ground: .*#1d1a1f on the ground #606060 has a contrast of 2\.7:1/],
    [
      'accent_dark: "#5a1128"',
      /brand\.accent_dark: .*on the dark paper #[0-9a-f]{6} has a contrast of 1\.\d:1/,
    ],
    ['logo: http://example.org/l.png', /brand\.logo: expected an https address/],
    ['logo: https://example.org/l.png', /brand\.logo_width: expected the size of the logo as shown/],
    ['logo_dark: https://example.org/l.png', /brand\.logo: expected a logo for light pages too/],
    ['type: fancy', /brand\.type: expected one of classic, modern, literary/],
    ['colour: "#123456"', /brand\.colour: this key is not known here; .*accent, ink, paper, ground/],
  ])('is refused with key and reason: %s', (line, message) => {
    expect(() => brandOf(line)).toThrow(message);
  });

  it('finds its own templates beside the file that names them', () => {
    const [newsletter] = parseNewsletters(
      fileWith('templates: looks/daily'),
      '/house/newsletters.yaml',
    ).newsletters;
    expect(newsletter?.templates).toBe('/house/looks/daily');
  });
});

describe('the colours made from a brand', () => {
  it.each([
    {},
    { accent: '#0b5345', ink: '#0b1f3a', paper: '#ffffff', ground: '#f0f0f0' },
    { accent: '#7a5200', ink: '#3a2f1c', paper: '#fffdf5', ground: '#efe6d0' },
    { accent: '#f0c987', ink: '#f5eee6', paper: '#14213d', ground: '#0b1324' }, // light on dark by day
    { accent: '#b00020', ink: '#555555', paper: '#ffffff', ground: '#ffffff' }, // barely dark enough
    { accent: '#1a4fd6', accent_dark: '#ffd166' },
    { accent: '#0b6e4f' },
    { accent: '#d71879' }, // just dark enough
    { accent: '#92c8de', ink: '#d2cf78', paper: '#283f9e', ground: '#3a37cc' },
  ])('can be read wherever text stands: %o', (given) => {
    const colours = paletteOf(brandSchema.parse(given));
    const pairs: [keyof typeof colours, keyof typeof colours][] = [
      ['ink', 'paper'],
      ['ink', 'ground'],
      ['soft', 'paper'],
      ['soft', 'ground'],
      ['accent', 'paper'],
      ['accent', 'tint'],
      ['ink', 'tint'],
      ['paper', 'accent'],
      ['onBand', 'band'],
      ['bandSoft', 'band'],
      ['bandSoft', 'bandWash'],
      ['bandAccent', 'band'],
      ['soft', 'wash'],
      ['darkInk', 'darkPaper'],
      ['darkInk', 'darkGround'],
      ['darkInk', 'darkTint'],
      ['darkSoft', 'darkPaper'],
      ['darkSoft', 'darkGround'],
      ['darkSoft', 'darkWash'],
      ['darkAccent', 'darkPaper'],
      ['darkAccent', 'darkTint'],
      ['onBand', 'darkBand'],
      ['bandSoft', 'darkBand'],
      ['bandAccent', 'darkBand'],
    ];
    const poor = pairs
      .map(([text, on]) => ({ text, on, ratio: contrastRatio(colours[text], colours[on]) }))
      .filter(({ ratio }) => ratio < LEAST_CONTRAST);
    expect(poor).toEqual([]);
  });
});
