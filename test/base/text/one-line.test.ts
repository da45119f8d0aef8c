import { describe, expect, test } from 'vitest';
import { cleanText, oneLine, shorten } from '../../../src/base/text/one-line.ts';
import { SLOTS } from '../../../src/mail/mail-slots.ts';

describe('clean text', () => {
  test.each([
    ['NUL and other controls', 'a\0b\x07c\x1b[31m\x7f', 'abc[31m'],
    ['C1 controls', 'a\u0081b\u009dc', 'abc'],
    ['bidirectional overrides', 'exe\u202egpj.\u202c', 'exegpj.'],
    ['bidirectional isolates', 'a\u2066b\u2069', 'ab'],
    ['direction marks', 'a\u200eb\u200fc\u061cd', 'abcd'],
    ['zero-width spaces and soft hyphens', 'via\u200bgra\u00ad\u2060', 'viagra'],
    ['byte order marks', '\ufeffHeadline', 'Headline'],
    ['interlinear annotations', 'a\ufff9b\ufffac\ufffb', 'abc'],
    ['the whole private-use area', `${String.fromCharCode(0xe000)}a${String.fromCharCode(0xf8ff)}`, 'a'],
    ['a forged slot', Object.values(SLOTS).join('x'), 'x'.repeat(Object.keys(SLOTS).length - 1)],
  ])('has no %s', (_what, text, cleaned) => {
    expect(cleanText(text)).toBe(cleaned);
  });

  test('has the signs of windows-1252 where careless programs left their numbers', () => {
    expect(cleanText('It\u0092s \u0093quiet\u0094 \u0096 5 \u0080\u0085')).toBe('It’s “quiet” – 5 €…');
  });

  test('has U+FFFD in place of half a surrogate pair, so that it can be encoded', () => {
    expect(cleanText('a\ud83db')).toBe('a\ufffdb');
    expect(cleanText('\ude00')).toBe('\ufffd');
  });

  test.each(['👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '❤️', 'می‌خواهم', 'क्‍ष', 'Ünïcödé', '日本語'])('keeps %s as it is', (text) => {
    expect(cleanText(text)).toBe(text);
  });

  test('keeps line breaks, each as one newline', () => {
    expect(cleanText('a\r\nb\rc\nd')).toBe('a\nb\nc\nd');
  });
});

describe('one line', () => {
  test('folds every white space, so that no header can be put behind it', () => {
    expect(oneLine('Subject\r\nBcc: eve@example.net')).toBe('Subject Bcc: eve@example.net');
    expect(oneLine('  a\t\tb\u2028c\u2029d\u00a0 e\n')).toBe('a b c d e');
  });

  test('holds no line break, control or slot, whatever character comes in', () => {
    const dangerous =
      /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]|\p{Surrogate}/u;
    const survivors = Array.from({ length: 0x10000 }, (_, code) => code).filter((code) =>
      dangerous.test(oneLine(`a${String.fromCharCode(code)}b`)),
    );
    expect(survivors).toEqual([]);
  });
});

describe('a shortened text', () => {
  test('that fits is left alone', () => {
    expect(shorten('Ten chars!', 10)).toBe('Ten chars!');
  });

  test('ends with a whole word', () => {
    expect(shorten('The Queen opens a garden', 12)).toBe('The Queen…');
  });

  test('does not end with a comma or a dash before its ellipsis', () => {
    expect(shorten('Garden opens, at last', 15)).toBe('Garden opens…');
    expect(shorten('Garden opens – at last', 16)).toBe('Garden opens…');
  });

  test('cuts a word that is all there is', () => {
    expect(shorten('Llanfairpwllgwyngyll', 8)).toBe('Llanfai…');
  });

  test('counts an emoji of two code units as one character', () => {
    expect(shorten('😀😀😀', 3)).toBe('😀😀😀');
    expect(shorten('😀😀😀😀', 3)).toBe('😀😀…');
  });

  test('never shows half a family or half a flag', () => {
    expect(shorten('Hello 👨‍👩‍👧‍👦 there', 9)).toBe('Hello…');
    expect(shorten('🇬🇧🇫🇷🇩🇪', 4)).toBe('🇬🇧…');
  });

  test('never is longer than asked, and never ill-formed, wherever it is cut', () => {
    const text = 'Queen 👨‍👩‍👧‍👦 waves, 🇬🇧 cheers — and the crowd, 日本語, goes home e\u0301 glad';
    for (let max = 1; max <= [...text].length; max += 1) {
      expect([...shorten(text, max)].length).toBeLessThanOrEqual(max);
      expect(shorten(text, max).isWellFormed()).toBe(true);
    }
  });
});
