import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../src/base/templates.ts';

const AREAS = [
  {
    file: 'site/assets/style.css',
    text: [
      ['ink', 'paper'],
      ['soft', 'paper'],
      ['claret', 'paper'],
      ['ink', 'card'],
      ['claret', 'wash'],
      ['ink', 'wash'],
      ['on-button', 'button'],
      ['on-button', 'button-over'],
    ],
    shapes: [
      ['edge', 'card'],
      ['claret', 'paper'],
    ],
  },
  {
    file: 'studio/assets/studio.css',
    text: [
      ['ink', 'paper'],
      ['soft', 'paper'],
      ['soft', 'card'],
      ['claret', 'paper'],
      ['claret', 'wash'],
      ['good', 'paper'],
      ['bad', 'paper'],
    ],
    shapes: [
      ['edge', 'paper'],
      ['accepted', 'card'],
      ['rejected', 'card'],
      ['uncertain', 'card'],
    ],
  },
];

describe.each(AREAS)('the colours of $file', ({ file, text, shapes }) => {
  const css = readFileSync(join(TEMPLATES_DIR, file), 'utf8');
  const light = colours(css);
  const dark = { ...light, ...colours(css.slice(css.indexOf('prefers-color-scheme: dark'))) };

  test.each([
    ['light', light],
    ['dark', dark],
  ])('can be read by people who see less well (WCAG 2.2 AA), %s', (_scheme, palette) => {
    for (const [front = '', back = ''] of text)
      expect(contrast(palette[front], palette[back]), `${front} on ${back}`).toBeGreaterThanOrEqual(4.5);
    for (const [front = '', back = ''] of shapes)
      expect(contrast(palette[front], palette[back]), `${front} on ${back}`).toBeGreaterThanOrEqual(3);
  });
});

/** The custom properties of the first rule from here on. */
function colours(css: string): Record<string, string> {
  const rule = css.slice(css.indexOf(':root'), css.indexOf('}', css.indexOf(':root')));
  return Object.fromEntries(
    [...rule.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  );
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one = '', other = ''): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
