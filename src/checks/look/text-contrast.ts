import { channels, contrastRatio } from '../../base/contrast.ts';
import { oneLine } from '../../base/text/one-line.ts';
import type { EditionStory } from '../../editions/edition.ts';
import type { CheckedMail } from '../checked-mail.ts';
import { type Finding, placeIn } from '../finding.ts';
import { type Paint, paintsOf } from './paint.ts';

/**
 * WCAG 2.2, 1.4.3: 4.5, and 3 for large text, which is from 24 pixels or 18.7 bold. Below 3 nobody
 * reads it easily.
 */
const ENOUGH = 4.5;
const ENOUGH_WHEN_LARGE = 3;

/**
 * Can the words be read? In the light theme, in the dark one that the mail brings, and where a mail
 * program turns all colours round by itself, as Outlook and Gmail do on a dark phone.
 */
export function contrast(mail: CheckedMail): Finding[] {
  const light = paintsOf(mail.page, 'light');
  const dark = paintsOf(mail.page, 'dark');
  const themes: [string, Paint[], boolean][] = [
    ['in the light theme', light, true],
    ['in the dark theme', dark, true],
    ['where a mail program inverts the colours', light.flatMap(inverted), false],
  ];
  return themes.flatMap(([theme, paints, ours]) =>
    [...byColours(paints)].flatMap((alike) => tooFaint(alike, onlyStoryOf(mail, alike), theme, ours)),
  );
}

/**
 * Returns the one story that has all the words in a pair of colours: what others have, too, is the
 * template's.
 */
function onlyStoryOf({ stories }: CheckedMail, alike: readonly Paint[]): EditionStory | undefined {
  const says = ({ headline, standfirst, author, picture }: EditionStory, { words }: Paint) =>
    [headline, standfirst, author, picture?.alt ?? ''].some((text) => oneLine(text).includes(words));
  const saying = stories.filter((story) => alike.every((paint) => says(story, paint)));
  return saying.length === 1 ? saying[0] : undefined;
}

function tooFaint([paint]: Alike, story: EditionStory | undefined, theme: string, ours: boolean): Finding[] {
  const { front, back, words } = paint;
  const where = placeIn('html', story, words);
  if (!isKnown(front) || !isKnown(back)) {
    const unknown = isKnown(front) ? back : front;
    return [
      {
        check: 'contrast',
        severity: 'advisory',
        says: `The colour "${unknown}" of some text ${theme} cannot be checked`,
        where,
        mend: 'Write colours as #rrggbb.',
      },
    ];
  }
  const ratio = contrastRatio(front, back);
  // What others do to our colours is a guess: only what would hardly be seen is worth a word.
  const enough = !ours || isLarge(paint) ? ENOUGH_WHEN_LARGE : ENOUGH;
  if (ratio >= enough) return [];
  const figure = Math.floor(ratio * 10) / 10;
  return [
    {
      check: 'contrast',
      severity: ours && ratio < ENOUGH_WHEN_LARGE ? 'blocking' : 'advisory',
      says: `Text in ${front} on ${back} has a contrast of ${figure}:1 ${theme}; ${enough}:1 is needed`,
      where,
      mend: 'Make the text darker or its background lighter (the other way round in the dark theme).',
    },
  ];
}

function isLarge({ size, bold }: Paint): boolean {
  return size >= 24 || (bold && size >= 18.66);
}

function isKnown(colour: string): boolean {
  return /^#[0-9a-f]{6}$/.test(colour);
}

function inverted(paint: Paint): Paint[] {
  if (!isKnown(paint.front) || !isKnown(paint.back)) return [];
  return [{ ...paint, front: invert(paint.front), back: invert(paint.back) }];
}

function invert(colour: string): string {
  return `#${channels(colour)
    .map((channel) => (255 - channel).toString(16).padStart(2, '0'))
    .join('')}`;
}

/** All words in one pair of colours; the first stand for all. */
type Alike = readonly [Paint, ...Paint[]];

function byColours(paints: readonly Paint[]): Iterable<Alike> {
  const groups = new Map<string, [Paint, ...Paint[]]>();
  for (const paint of paints) {
    const key = `${paint.front} ${paint.back} ${isLarge(paint)}`;
    const known = groups.get(key);
    if (known) known.push(paint);
    else groups.set(key, [paint]);
  }
  return groups.values();
}
