import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TEMPLATES_DIR } from '../../../src/base/templates.ts';
import { wordsIn } from '../../../src/mail/templates/edition-words.ts';
import * as inbox from '../../../src/mail/views/subject.ts';
import { edition, newsletter, story } from '../sample.ts';

type Stories = ReturnType<typeof story>[];
const wordsOf = (language: string) => wordsIn([join(TEMPLATES_DIR, 'mail')], language).words;
const subjectOf = (own: ReturnType<typeof newsletter>, one: ReturnType<typeof edition>, stories: Stories) => {
  const language = one.content.language || own.language;
  return inbox.subjectOf(own, one, stories, { words: wordsOf(language), language });
};
const preheaderOf = (stories: Stories) => inbox.preheaderOf(edition([]).content, stories, wordsOf('en'));
const subject = (...stories: Stories) => subjectOf(newsletter(), edition(stories), stories);
const sad = story(9, { headline: 'She lost her son', standfirst: 'A sad line', tags: ['baby-loss'] });
const NEUTRAL = 'The Daily Curtsey, Sunday 22 November';
const named = (headline: string, bit = 0) => story(bit, { headline });

describe('the subject of a selection without a sad story', () => {
  test('is the headline of the lead as it was written', () => {
    expect(subject(named('17 hats! You won’t believe the last 🎩'), story(1))).toBe(
      '17 hats! You won’t believe the last 🎩',
    );
  });

  test('says that a story was told before and goes on, once', () => {
    expect(subject(story(0, { headline: 'The tiara is found', update: true }))).toBe(
      'Update: The tiara is found',
    );
    expect(subject(story(0, { headline: 'Update: found', update: true }))).toBe('Update: found');
  });

  test('names the next story where the lead has no headline, else the day', () => {
    expect(subject(named(' '), named('A crown', 1))).toBe('A crown');
    expect(subject(named(' '))).toBe(NEUTRAL);
    expect(subject()).toBe(NEUTRAL);
  });
});

describe('the subject of a selection with a sad story', () => {
  test('never names it, also when it comes first or is alone', () => {
    expect(subject(sad, named('A crown returns'))).toBe('A crown returns');
    expect(subject(sad)).toBe(NEUTRAL);
    expect(subject(sad, story(1, { tags: ['death'] }))).toBe(NEUTRAL);
  });

  test('goes without exclamation marks and emoji', () => {
    expect(subject(named('The crown is back! 👑'), sad)).toBe('The crown is back');
    expect(subject(story(0, { headline: 'Found!', update: true }), sad)).toBe('Update: Found');
  });

  test('passes over what cannot be made calm, and is neutral where nothing can', () => {
    expect(subject(named('You won’t believe this crown'), named('A crown returns', 1), sad)).toBe(
      'A crown returns',
    );
    expect(subject(named('17 crowns to love'), named('SHOP the look', 1), sad)).toBe(NEUTRAL);
  });

  test('leaves out the exclamation mark of the newsletter’s own name', () => {
    const loud = edition([sad], { title: 'Bravo!' });
    expect(subjectOf(newsletter(), loud, [sad])).toBe('Bravo, Sunday 22 November');
    expect(subjectOf(newsletter(), edition([], { title: 'Bravo!' }), [])).toBe('Bravo!, Sunday 22 November');
  });
});

describe('the preheader', () => {
  test('names the other stories, never the one of the subject and never a sad one', () => {
    expect(preheaderOf([named('One'), sad, named('Two', 1), named('Three', 2)])).toBe('Also: Two · Three');
    expect(preheaderOf([sad, named('One'), named('Two', 1)])).toBe('Also: Two');
  });

  test('is as calm as the subject where one of the stories is sad', () => {
    const stories = [
      named('Hurry, hats!'),
      named('One'),
      named('Two! 🎉', 1),
      named('Countdown to three', 2),
    ];
    expect(preheaderOf([...stories, sad])).toBe('Also: Two');
    expect(preheaderOf(stories)).toBe('Also: One · Two! 🎉 · Countdown to three');
  });

  test('may be the standfirst of the only story that can be named, calm beside a sad one', () => {
    const only = (standfirst: string) => story(0, { headline: 'A crown', standfirst });
    expect(preheaderOf([only('It shines!')])).toBe('It shines!');
    expect(preheaderOf([only('It shines!'), sad])).toBe('It shines');
    expect(preheaderOf([only('Shop the crown'), sad])).toBe('');
    expect(preheaderOf([sad])).toBe('');
  });
});

describe('in another language', () => {
  const told = (language: string, ...stories: Stories) =>
    subjectOf(newsletter(), edition(stories, { language }), stories);
  const update = (headline: string) => story(0, { headline, update: true });

  test('a story that goes on says so in that language, once', () => {
    expect(told('de', update('Das Diadem ist da'))).toBe('Update: Das Diadem ist da');
    expect(told('fr', update('Le diadème est retrouvé'))).toBe('Mise à jour : Le diadème est retrouvé');
    expect(told('es', update('Actualización: la tiara'))).toBe('Actualización: la tiara');
    expect(told('es', update('Actualizaciones de la tiara'))).toBe(
      'Actualización: Actualizaciones de la tiara',
    );
  });

  test('the line beside it and the calm subject are in that language', () => {
    expect(inbox.preheaderOf(edition([]).content, [named('Un'), named('Deux', 1)], wordsOf('fr'))).toBe(
      'Aussi : Deux',
    );
    expect(told('de', sad)).toBe('The Daily Curtsey, Sonntag, 22. November');
    expect(told('ja', sad)).toMatch(/^The Daily Curtsey、11月22日/);
  });
});
