import { expect, test } from 'vitest';
import { scheduleInWords } from '../../src/site/schedule-words.ts';

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
  expect(scheduleInWords(schedule, 'Europe/London')).toBe(words);
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
  expect(scheduleInWords(schedule, 'UTC')).toBe('At set times');
});

test('names the zone as people do', () => {
  expect(scheduleInWords('0 7 * * *', 'America/New_York')).toContain('New York time');
  expect(scheduleInWords('0 7 * * *', 'UTC')).toBe('Every day at 07:00, UTC');
  expect(scheduleInWords('0 7 * * *', 'Etc/UTC')).toBe('Every day at 07:00, UTC');
});
