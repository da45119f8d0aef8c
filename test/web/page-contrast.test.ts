import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contrastRatio } from '../../src/base/contrast.ts';
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
      expect(
        contrastRatio(palette[front] ?? '', palette[back] ?? ''),
        `${front} on ${back}`,
      ).toBeGreaterThanOrEqual(4.5);
    for (const [front = '', back = ''] of shapes)
      expect(
        contrastRatio(palette[front] ?? '', palette[back] ?? ''),
        `${front} on ${back}`,
      ).toBeGreaterThanOrEqual(3);
  });
});

/** The custom properties of the first rule from here on. */
function colours(css: string): Record<string, string> {
  const rule = css.slice(css.indexOf(':root'), css.indexOf('}', css.indexOf(':root')));
  return Object.fromEntries(
    [...rule.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
  );
}
