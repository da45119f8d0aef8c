import { expect, test } from 'vitest';
import { contrastRatio } from '../../src/base/contrast.ts';

test.each([
  ['#000000', '#ffffff', 21],
  ['#fff', '#000', 21],
  ['#8C1D3F', '#8c1d3f', 1],
  ['#767676', '#ffffff', 4.54],
  ['#ff0000', '#ffffff', 4],
])('%s on %s is %d, and the same the other way round', (one, other, ratio) => {
  expect(contrastRatio(one, other)).toBeCloseTo(ratio, 2);
  expect(contrastRatio(other, one)).toBe(contrastRatio(one, other));
});

test.each(['red', '#12', '#12345678', '', 'rgb(0,0,0)'])('"%s" is refused by name', (colour) => {
  expect(() => contrastRatio(colour, '#fff')).toThrow(`"${colour}" is not a colour`);
});
