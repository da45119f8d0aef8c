import { describe, expect, test } from 'vitest';
import { type SensitiveText, tagsOf } from '../../../src/articles/subjects/sensitivity.ts';
import { parseSubjects, readSubjects } from '../../../src/config/sensitive.ts';
import { processorMs } from '../../helpers/processor-time.ts';

const SHIPPED = readSubjects();

const RULES = parseSubjects(
  `subjects:
  baby-loss:
    title: Baby loss
    description: The death of a baby.
    also: [death]
    strict: true
    words:
      en: [miscarr*, "passed|slipped away in the night", lost: [baby, "unborn child"]]
      de: [fehlgeburt*]
    unless:
      en: [lost: [luggage]]
  death:
    title: Death
    description: Somebody died.
    words: { en: [died, dead, décès, father's grave], any: [requiem] }
    unless: { en: [dead heat] }
`,
  'rules.yaml',
);

const text = (headline: string, more: Partial<SensitiveText> = {}): SensitiveText => ({
  headline,
  standfirst: 'A quiet line about nothing.',
  paragraphs: [],
  categories: [],
  language: 'en',
  ...more,
});
const tags = (headline: string, more: Partial<SensitiveText> = {}) =>
  tagsOf(text(headline, more), RULES).map(({ subject, because }) => `${subject}: ${because}`);

describe('words', () => {
  test('are found whole, with any ending where there is a star, and never inside another word', () => {
    expect(tags('She died')).toEqual(['death: died']);
    expect(tags('The studied, diedre and deadline')).toEqual([]);
    expect(tags('Miscarriages')[0]).toBe('baby-loss: Miscarriages');
  });

  test('are the same in capitals, with accents or without, and with either apostrophe', () => {
    for (const headline of [
      'DIED',
      'deces',
      'DÉCÈS',
      'de\u0301ce\u0300s',
      'Father’s grave',
      "father's grave",
    ])
      expect(tags(headline), headline).toHaveLength(1);
  });

  test('may be given as alternatives, and hyphens are spaces', () => {
    expect(tags('She slipped-away in the night')[0]).toBe('baby-loss: slipped-away in the night');
    expect(tags('She passed away')).toEqual([]);
  });

  test('that need company have to have it within the sentence, before or after', () => {
    expect(tags('They lost their unborn child')[0]).toBe('baby-loss: lost … unborn child');
    expect(tags('Baby boy lost at sea')[0]).toBe('baby-loss: Baby … lost');
    expect(tags('They lost. The baby slept.')).toEqual([]);
    expect(tags(`They lost ${'and '.repeat(11)} baby`)).toEqual([]);
  });

  test('are taken back by a phrase they stand in, or by the company they keep', () => {
    expect(tags('A dead heat')).toEqual([]);
    expect(tags('A dead heat, and a dead horse')).toEqual(['death: dead']);
    expect(tags('They lost their luggage and the baby slept')).toEqual([]);
  });

  test('of one subject bring another where the rules say so, for the same reason', () => {
    expect(tags('Her miscarriage')).toEqual(['baby-loss: miscarriage', 'death: miscarriage']);
    expect(tags('He died after her miscarriage')).toEqual(['baby-loss: miscarriage', 'death: died']);
  });
});

describe('a language', () => {
  test('has its own words, beside those for every language', () => {
    expect(tags('Ihre Fehlgeburt', { language: 'de-AT' })[0]).toBe('baby-loss: Fehlgeburt');
    expect(tags('Ihre Fehlgeburt')).toEqual([]);
    expect(tags('Ein Requiem', { language: 'it' })).toEqual(['death: Requiem']);
  });

  test('that the article does not name is told from its commonest words', () => {
    const german = { language: '', standfirst: 'Die Sängerin und ihr Mann sprechen über das Jahr.' };
    expect(tags('Ihre Fehlgeburt', german)[0]).toBe('baby-loss: Fehlgeburt');
    expect(tags('Her miscarriage', { language: '' })).toHaveLength(2);
  });

  test('is why the German article “die” is no English verb', () => {
    const headline = 'Die Prinzessin und die Oper';
    expect(tagsOf(text(headline, { language: '', standfirst: '' }), SHIPPED)).toEqual([]);
  });
});

describe('what an article is about', () => {
  const filler = (count: number) =>
    Array.from({ length: count }, (_, at) => `Paragraph ${at} about gardens.`);

  test('is said by one word in headline, standfirst or category', () => {
    expect(tags('A year later', { standfirst: 'Her father died.' })).toHaveLength(1);
    expect(tags('A year later', { categories: ['Dead poets'] })).toHaveLength(1);
  });

  test('is said by the first paragraph where there is no standfirst', () => {
    expect(
      tags('A year later', { standfirst: '', paragraphs: ['Her father died.', ...filler(9)] }),
    ).toHaveLength(1);
  });

  test('is not what the body mentions in passing, however early or late', () => {
    expect(tags('A garden', { paragraphs: ['Her father died.', ...filler(9)] })).toEqual([]);
    expect(
      tags('A garden', { paragraphs: [...filler(30), 'Her grandmother died.', 'A cousin died.'] }),
    ).toEqual([]);
  });

  test('is what the body comes back to', () => {
    expect(tags('A garden', { paragraphs: ['Her father died.', ...filler(9), 'He died in May.'] })).toEqual([
      'death: died',
    ]);
    expect(tags('A garden', { paragraphs: [...filler(8), 'A died.', 'B died.', 'C died.'] })).toHaveLength(1);
    expect(tags('A garden', { paragraphs: [...filler(28), 'A died.', 'B died.', 'C died.'] })).toEqual([]);
  });

  test('is taken from one sentence in the opening where the subject is strict', () => {
    expect(tags('A garden', { paragraphs: [...filler(2), 'Her miscarriage.', ...filler(9)] })).toHaveLength(
      2,
    );
    expect(tags('A garden', { paragraphs: [...filler(3), 'Her miscarriage.', ...filler(9)] })).toEqual([]);
  });
});

test('three reasons are enough, each told once', () => {
  const paragraphs = ['Died, died and dead.'];
  const headline = 'Died at a requiem by her father’s grave';
  expect(tags(headline, { paragraphs })).toEqual(['death: Died, requiem, father’s grave']);
});

test('an article of five kilobytes is read in far less than a millisecond', async () => {
  const paragraph = 'The gardener, who had lost a glove, said that nobody was killed by the frost in May. ';
  const long = text('A garden', { paragraphs: Array.from({ length: 20 }, () => paragraph.repeat(3)) });
  const fiftyTimes = () => {
    for (let round = 0; round < 50; round += 1) tagsOf(long, SHIPPED);
  };
  expect(await processorMs(fiftyTimes, 50)).toBeLessThan(50);
});
