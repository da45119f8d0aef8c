import { describe, expect, test } from 'vitest';
import { calmed, isCalm } from '../../../src/mail/views/tone.ts';

describe('a line is not calm', () => {
  test.each([
    'The crown is back!',
    '¡Viva la reina',
    'A crown 👑',
    'A heart ❤',
    'A flag 🇩🇰',
    'First 1️⃣',
    'Back again :)',
    'You won’t believe what the duke wore',
    'OMG, the dress',
    'A jaw-dropping gown',
    'Wait till you see the cake',
    'She opened the door. What happened next',
    'The countdown to the wedding',
    'Ten days to go until the ball',
    'Hurry to the fair',
    'AMAZING scenes at the palace',
    'Really?? She did',
    'So. Many.. dots',
    '17 times the princess wore green',
    'Seven royal looks we remember',
    'Top 10 tiaras',
    'The seven best royal photos of the year',
    'Shop the duchess’s coat',
    'The best deals of the week',
    'Coats at 20% off',
    'Buy now and be warm',
    'Das glauben Sie nicht',
    'Noch 12 Tage bis zur Hochzeit',
    'Jetzt kaufen: der Mantel der Gräfin',
    'Zehn Dinge, die die Königin mag',
    'Vous n’allez pas le croire',
    'Plus que 3 jours avant le bal',
    'Les bons plans de la semaine',
    'No te lo vas a creer',
    'Cuenta atrás para la boda',
    'Las rebajas de la infanta',
    'Você não vai acreditar',
  ])('%s', (line) => {
    expect(isCalm(line)).toBe(false);
  });
});

describe('a line is calm', () => {
  test.each([
    'Queen opens a walled garden in the pouring rain',
    'Rufus Adair-Crane buys the cinema that threw him out at twelve',
    'What does a lighthouse keeper do all day?',
    '“I liked the walk to work,” he says…',
    'The BBC and the BAFTA winner',
    'Dame Cora, 92, on the art of the nap',
    'Café © 2026, a film',
    'Die Königin eröffnet den Garten',
    'La reine ouvre le marché de Noël',
    'La reina sale a pasear por el jardín',
    'O príncipe aprende a dançar',
    '',
  ])('%s', (line) => {
    expect(isCalm(line)).toBe(true);
  });
});

test('calming takes exclamation marks, emoji and emoticons out and leaves the words', () => {
  expect(calmed('The crown is back!!! 👑👑')).toBe('The crown is back');
  expect(calmed('Oh no! A crown is lost')).toBe('Oh no. A crown is lost');
  expect(calmed('“Hello!” she said')).toBe('“Hello” she said');
  expect(calmed('The Yahoo! years')).toBe('The Yahoo years');
  expect(calmed('¡Viva la reina !')).toBe('Viva la reina');
  expect(calmed('Really?!')).toBe('Really?');
  expect(calmed('Astronaut 👩🏽‍🚀 and family 👨‍👩‍👧 wave 🏴󠁧󠁢󠁳󠁣󠁴󠁿 :-)')).toBe('Astronaut and family wave');
  expect(calmed('Nothing to do here')).toBe('Nothing to do here');
});
