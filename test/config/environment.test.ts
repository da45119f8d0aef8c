import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOG_LEVELS } from '../../src/base/log.ts';
import { readEnvironment, SECRET_NAMES } from '../../src/config/environment.ts';

const KEY = 'k'.repeat(32);
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-environment-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('with nothing set there are defaults, and none of them reaches the world', () => {
  const set = Object.entries(readEnvironment({})).filter(([, value]) => value !== undefined);
  expect(Object.fromEntries(set)).toEqual({
    HOST: '127.0.0.1',
    PORT: 3000,
    SMTP_ANSWER_SECONDS: 300,
    SMTP_CONNECTIONS: 5,
    INBOUND_HOST: '127.0.0.1',
    DATA_DIR: 'data',
  });
});

test('an empty variable, or one of white space, is not set', () => {
  const empty = { PORT: '', SMTP_URL: ' ', SECRET_KEY: '', MAIL_FROM: '\t', LOG_LEVEL: '', PUBLIC_URL: '' };
  expect(readEnvironment(empty)).toEqual(readEnvironment({}));
});

test("variables of other programs are nobody's business", () => {
  expect(readEnvironment({ PATH: '/usr/bin', EDITOR: 'ed' })).toEqual(readEnvironment({}));
});

describe('a variable that is wrong is named with what was expected', () => {
  const port = 'a whole number from 0 to 65535';
  const url = 'an address such as https://news.example.org';
  const smtp = 'an address such as smtp://user:password@relay.example.org:587';
  const spelled = `${smtp}; in the user and the password write % as %25, / as %2F, ? as %3F, # as %23, @ as %40 and : as %3A`;
  const secret = 'at least 32 characters; `openssl rand -base64 32` makes one';
  const inbound =
    'an address such as unsubscribe@in.example.org: up to 18 letters, digits, dots and hyphens before the @';
  const sender = 'one sender such as "The Daily <daily@example.org>"';
  test.each([
    ['PORT', 'http', port],
    ['PORT', '-1', port],
    ['PORT', '65536', port],
    ['PORT', '80.5', port],
    ['PORT', '0x50', port],
    ['PUBLIC_URL', 'news.example.org', url],
    ['PUBLIC_URL', 'ftp://news.example.org', url],
    ['SMTP_URL', 'https://relay.example.org', smtp],
    ['SMTP_URL', 'relay.example.org:587', smtp],
    ['SMTP_URL', 'smtp://', smtp],
    ['SMTP_URL', 'smtp://u:100%sure@127.0.0.1:1', spelled],
    ['SMTP_URL', 'smtp://u%:sure@relay.example.org', spelled],
    ['SMTP_URL', 'smtp://u:50%E9@relay.example.org', spelled],
    ['SMTP_URL', 'smtp://u:sure/ly@relay.example.org:587', spelled],
    ['SMTP_URL', 'smtp://u:12/ab@relay.example.org:587', spelled],
    ['SMTP_URL', 'smtps://u:12#ab@relay.example.org', spelled],
    ['SMTP_URL', 'smtp://u:12?ab@relay.example.org', spelled],
    ['SMTP_URL', 'smtp://relay.example.org/mail', `${smtp}, with nothing behind the port but ?tls=required`],
    ['SMTP_URL', 'smtp://relay.example.org?tls=yes', `${smtp}?tls=required, or without the part after the ?`],
    ['SMTP_OAUTH_TOKEN_URL', 'http://login.example.org/token', 'an https address'],
    ['SMTP_ANSWER_SECONDS', '301', 'a whole number from 1 to 300'],
    ['SMTP_CONNECTIONS', '0', 'a whole number from 1 to 100'],
    ['SMTP_CONNECTIONS', '101', 'a whole number from 1 to 100'],
    ['MAIL_FROM', 'The Daily', `${sender} (it needs the form name@example.org)`],
    ['MAIL_REPLY_TO', 'a@example.org, b@example.org', sender],
    ['BOUNCE_DOMAIN', 'bounce example', 'a domain such as bounce.example.org'],
    ['INBOUND_ADDRESS', 'in.example.org', inbound],
    ['INBOUND_ADDRESS', `${'u'.repeat(19)}@in.example.org`, inbound],
    ['INBOUND_ADDRESS', 'leave+us@in.example.org', inbound],
    ['INBOUND_PORT', '65536', port],
    ['SECRET_KEY', 'too short', secret],
    ['SECRET_KEY', `short,${KEY}`, secret],
    ['SECRET_KEY', ', ,', secret],
    ['STUDIO_PASSWORD', 'short', 'at least 12 characters'],
    ['LOG_LEVEL', 'loud', `one of ${LOG_LEVELS.join(', ')}`],
  ])('%s=%s', (name, value, expected) => {
    expect(() => readEnvironment({ [name]: value })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: `${name}: expected ${expected}`,
        hint: expect.stringContaining('.env.example'),
      }),
    );
  });

  test.each(['sure%25ly', 's@re', 'su:re', 'su%2Fre', "s'u!r~e*()[]"])(
    'but not a password in SMTP_URL such as %s',
    (password) => {
      const SMTP_URL = `smtp://u:${password}@relay.example.org:587?tls=required`;
      expect(readEnvironment({ SMTP_URL }).SMTP_URL).toBe(SMTP_URL);
    },
  );

  test('every one of several', () => {
    expect(() => readEnvironment({ PORT: 'x', LOG_LEVEL: 'y', STUDIO_PASSWORD: 'z' })).toThrow(
      /^PORT: .*\nSTUDIO_PASSWORD: .*\nLOG_LEVEL: /,
    );
  });

  test('a secret is never repeated in the message', () => {
    expect(() =>
      readEnvironment({ SECRET_KEY: 'hunter2', STUDIO_PASSWORD: 'hunter3', SMTP_URL: 'smtp://u:hunter%@x' }),
    ).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter') }));
  });
});

describe('a secret in a file', () => {
  const values = {
    DATABASE_URL: 'postgres://belle@db.example/belle',
    SMTP_URL: 'smtp://belle:secret@relay.example.org',
    SMTP_OAUTH_CLIENT_SECRET: 'from the console of the provider',
    SMTP_OAUTH_REFRESH_TOKEN: '1//refresh',
    SECRET_KEY: KEY,
    STUDIO_PASSWORD: 'open sesame, please',
  };

  test.each(SECRET_NAMES)('%s_FILE is read, without the line break at its end', (name) => {
    const direct = readEnvironment({ [name]: values[name] });
    expect(readEnvironment({ [`${name}_FILE`]: file(name, `${values[name]}\n`) })).toEqual(direct);
  });

  test('gives way to the variable itself', () => {
    const both = { STUDIO_PASSWORD: 'from the variable', STUDIO_PASSWORD_FILE: file('p', 'from the file') };
    expect(readEnvironment(both).STUDIO_PASSWORD).toBe('from the variable');
  });

  test('that cannot be read is named', () => {
    const missing = join(folder, 'missing');
    expect(() => readEnvironment({ SECRET_KEY_FILE: missing })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: `SECRET_KEY_FILE: ${missing} cannot be read`,
      }),
    );
  });

  test('that is empty is named, and does not pass for a database in memory', () => {
    const empty = file('empty', ' \n');
    expect(() => readEnvironment({ DATABASE_URL_FILE: empty })).toThrow(
      `DATABASE_URL_FILE: ${empty} is empty`,
    );
  });

  test('is checked like the variable', () => {
    expect(() => readEnvironment({ SECRET_KEY_FILE: file('short', 'short') })).toThrow(
      /^SECRET_KEY: expected/,
    );
  });
});

test('several keys are read in their order, however they are separated', () => {
  const other = 'o'.repeat(40);
  expect(readEnvironment({ SECRET_KEY: `${KEY}, ${other}` }).SECRET_KEY).toEqual([KEY, other]);
  expect(readEnvironment({ SECRET_KEY: `${KEY}\n${other}\n` }).SECRET_KEY).toEqual([KEY, other]);
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
