import { expect, test } from 'vitest';
import { ourVocabulary } from '../../src/config/vocabulary.ts';
import { scheduleInWords } from '../../src/site/schedule-words.ts';

const said = (schedule: string, time_zone: string, language = 'en') =>
  scheduleInWords({ schedule, time_zone }, ourVocabulary().in(language));

test.each([
  ['0 7 * * *', 'Every day at 07:00, London time'],
  ['0 7 * * 1-5', 'Every weekday at 07:00, London time'],
  ['0 7 * * MON-FRI', 'Every weekday at 07:00, London time'],
  ['30 17 * * 5', 'Every Friday at 17:30, London time'],
  ['0 9 * * 0', 'Every Sunday at 09:00, London time'],
  ['0 9 * * 6,7', 'Every Saturday and Sunday at 09:00, London time'],
  ['0 9 * * mon,wed,fri', 'Every Monday, Wednesday and Friday at 09:00, London time'],
  ['0 7,19 * * *', 'Every day at 07:00 and 19:00, London time'],
  ['0 8 1 * *', 'On the 1st of every month at 08:00, London time'],
  ['0 8 22 * *', 'On the 22nd of every month at 08:00, London time'],
  ['15 * * * *', 'Every hour'],
  ['0 */6 * * *', 'Every 6 hours'],
  ['*/15 * * * *', 'Every 15 minutes'],
])('says %j as %j', (schedule, words) => {
  expect(said(schedule, 'Europe/London')).toBe(words);
});

test.each([
  '*/25 * * * *',
  '0 */5 * * *',
  '0 7 1 * 1',
  '0 7 * 12 *',
  '0 7-9 * * *',
  '0 7 * * 5#2',
  '0 7 * * 5-1',
  '0 7 L * *',
])('promises nothing it is not sure of: %j', (schedule) => {
  expect(said(schedule, 'UTC')).toBe('At set times');
});

test('names the zone as people do', () => {
  expect(said('0 7 * * *', 'America/New_York')).toContain('New York time');
  expect(said('0 7 * * *', 'UTC')).toBe('Every day at 07:00, UTC');
  expect(said('0 7 * * *', 'Etc/UTC')).toBe('Every day at 07:00, UTC');
});

test.each([
  ['de', '0 7 * * 1-5', 'Montag bis Freitag um 07:00 Uhr, Ortszeit Wien'],
  ['de', '0 9 * * 6,7', 'Jeden Samstag und Sonntag um 09:00 Uhr, Ortszeit Wien'],
  ['de', '0 8 1 * *', 'Am 1. jedes Monats um 08:00 Uhr, Ortszeit Wien'],
  ['de', '*/15 * * * *', 'Alle 15 Minuten'],
  ['fr', '0 7,19 * * *', 'Tous les jours à 07:00 et 19:00, heure de Vienne'],
  ['fr', '0 8 1 * *', 'Le 1er de chaque mois à 08:00, heure de Vienne'],
  ['fr', '0 8 22 * *', 'Le 22 de chaque mois à 08:00, heure de Vienne'],
  ['es', '0 9 * * mon,wed', 'Cada lunes y miércoles a las 09:00, hora de Viena'],
  ['es', '0 */6 * * *', 'Cada 6 horas'],
])('in %s says %j as %j', (language, schedule, words) => {
  expect(said(schedule, 'Europe/Vienna', language)).toBe(words);
});
