import { describe, expect, test } from 'vitest';
import {
  preheader,
  readSpamPhrases,
  shouting,
  spamPhrases,
  subject,
  tone,
} from '../../../src/checks/content/wording.ts';
import { story } from '../../mail/sample.ts';
import { said, soundMail } from '../sound-mail.ts';

test.each([subject, shouting, preheader, tone, spamPhrases])('%o finds nothing in a sound mail', (find) => {
  expect(find(soundMail())).toEqual([]);
});

describe('the subject', () => {
  test.each([
    ['', 'blocking: The subject is empty'],
    ['   ', 'blocking: The subject is empty'],
    ['A garden\nBcc: all@paper.example', 'blocking: The subject has a line break or a control character'],
    ['RE: your invitation', 'blocking: The subject looks like a reply or a forwarded mail'],
    ['Fwd: the garden', 'blocking: The subject looks like a reply or a forwarded mail'],
    ['AW: der Garten', 'blocking: The subject looks like a reply or a forwarded mail'],
  ])('%j', (line, finding) => {
    expect(said(subject(soundMail({ subject: line })))).toEqual([finding]);
  });

  test('a long one is shown as inboxes cut it', () => {
    const line = 'The gardener who out-planted the palace, and what the palace has to say about it';
    expect(said(subject(soundMail({ subject: line })))).toEqual([
      'advisory: The subject has 80 characters; at 35 it reads "The gardener who out-planted the p…", at 60 it reads "The gardener who out-planted the palace, and what the palac…"',
    ]);
  });

  test('sixty characters are not too many, and an emoji is one', () => {
    expect(subject(soundMail({ subject: `${'a'.repeat(59)}👑` }))).toEqual([]);
    expect(subject(soundMail({ subject: `${'a'.repeat(60)}👑` }))).toHaveLength(1);
  });

  test('a word that merely begins like an answer is none', () => {
    expect(subject(soundMail({ subject: 'Redesign: a palace in turquoise' }))).toEqual([]);
  });
});

test.each([
  ['QUEEN OPENS A GARDEN', ['advisory: The subject is in capitals']],
  ['Queen opens a garden!!', ['advisory: The subject has several exclamation or question marks in a row']],
  ['A garden?!', ['advisory: The subject has several exclamation or question marks in a row']],
  ['UK and USA', []],
  ['What a garden!', []],
])('shouting: %s', (line, findings) => {
  expect(said(shouting(soundMail({ subject: line })))).toEqual(findings);
});

test.each([
  ['', 'advisory: There is no preview text: inboxes show whatever comes first'],
  ['The gardener who out-planted the palace. And more.', 'advisory: The preview text repeats the subject'],
  [
    'Too short',
    'advisory: The preview text has 9 characters; with fewer than 30, inboxes add what comes next',
  ],
  [
    'long enough '.repeat(10).trim(),
    'advisory: The preview text has 119 characters; inboxes show at most about 110',
  ],
  [
    'A line that breaks in two\nand goes on below',
    'advisory: The preview text has a line break or a control character',
  ],
])('the preheader %j', (line, finding) => {
  expect(said(preheader(soundMail({ preheader: line })))).toEqual([finding]);
});

test('nothing is the right preheader where all stories are sensitive', () => {
  const stories = [story(0, { tags: ['death'] }), story(1, { tags: ['illness'] })];
  expect(preheader(soundMail({ preheader: '', stories }))).toEqual([]);
});

describe('with a sensitive story inside', () => {
  const stories = [story(0), story(1, { headline: 'Mourning at the palace', tags: ['death'] })];
  const above = (parts: { subject?: string; preheader?: string }) =>
    said(tone(soundMail({ stories, ...parts })));

  test('calm words are fine', () => {
    expect(above({ subject: 'A garden opens', preheader: 'Also: a coat for every winter' })).toEqual([]);
  });

  test('the subject does not quote it', () => {
    expect(above({ subject: 'Mourning at the palace' })).toEqual([
      'blocking: The subject is a story about death',
    ]);
    expect(above({ preheader: 'Also: Mourning at the palace · A coat' })).toEqual([
      'blocking: The preview text is a story about death',
    ]);
  });

  test('and nothing shouts above it', () => {
    expect(above({ subject: 'You will not believe this garden! 🎉' })).toEqual([
      'advisory: The subject is loud, with a sensitive story inside',
    ]);
    expect(tone(soundMail({ subject: 'What a garden! 🎉' }))).toEqual([]);
  });
});

describe('phrases of junk mail', () => {
  test('are found in the subject, and in a story, which is named', () => {
    const stories = [story(0, { headline: 'How to get rich in a walled garden' })];
    expect(said(spamPhrases(soundMail({ subject: 'Act now' })))).toEqual([
      'advisory: "act now" is a typical spam phrase',
    ]);
    expect(spamPhrases(soundMail({ stories }))).toMatchObject([
      { where: { part: 'html', story: 'How to get rich in a walled garden' } },
    ]);
  });

  test('are whole words', () => {
    expect(spamPhrases(soundMail({ subject: 'Exact nowhere' }))).toEqual([]);
  });

  test('are those of the mail’s language, and English ones', () => {
    expect(spamPhrases(soundMail({ subject: 'Sie haben gewonnen', language: 'de-AT' }))).toHaveLength(1);
    expect(spamPhrases(soundMail({ subject: 'You have won', language: 'de-AT' }))).toHaveLength(1);
    expect(spamPhrases(soundMail({ subject: 'Sie haben gewonnen', language: 'fr' }))).toEqual([]);
  });

  test('are listed in four languages, each phrase once', () => {
    const phrases = readSpamPhrases();
    expect(Object.keys(phrases)).toEqual(['en', 'de', 'fr', 'es']);
    for (const list of Object.values(phrases)) expect(new Set(list).size).toBe(list.length);
  });
});
