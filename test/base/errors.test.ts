import { expect, test } from 'vitest';
import { AppError, ERROR_CODES, type ErrorCode, messageOf } from '../../src/base/errors.ts';

test.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s leaves with the exit code of its table', (code) => {
  const { meaning, exitCode } = ERROR_CODES[code];
  expect(new AppError(code, 'a sentence').exitCode).toBe(exitCode);
  expect([2, 3]).toContain(exitCode);
  expect(meaning).toMatch(/^[A-Z].*[^.]$/);
});

test('an error keeps its sentence, its hint, and what caused it', () => {
  const cause = new Error('ECONNREFUSED');
  const error = new AppError('RELAY_UNAVAILABLE', 'No answer', { hint: 'Is it up?', cause });
  expect(error).toMatchObject({ code: 'RELAY_UNAVAILABLE', message: 'No answer', hint: 'Is it up?', cause });
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe('AppError');
  expect(new AppError('USAGE', 'x').hint).toBeUndefined();
});

test.each([
  ['a sentence', new Error('a sentence'), 'a sentence'],
  ['the code of a system error without a sentence', Object.assign(new Error(''), { code: 'EPIPE' }), 'EPIPE'],
  ['the name of an error without either', new RangeError(''), 'RangeError'],
  ['whatever else was thrown', 'no error at all', 'no error at all'],
  ['nothing', undefined, 'undefined'],
])('the message of an error is %s', (_what, thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});
