import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Config, folderPath, isRehearsal, loadConfig, senderOf } from '../../src/config/config.ts';
import type { NewsletterConfig } from '../../src/config/newsletters.ts';

const NEWSLETTERS = `
publisher: { name: Belle, postal_address: 12 Garden Row }
sources: { stories: { folder: articles } }
newsletters:
  daily:
    title: The Daily Belle
    schedule: 0 7 * * *
    sources: [stories]
    sections: { all: { title: All } }
`;
const RELAY = { SMTP_URL: 'smtp://relay.example.org', MAIL_FROM: 'Belle <post@belle.example>' };
const HTTPS = { PUBLIC_URL: 'https://news.belle.example' };

const folders: string[] = [];
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-config-'));
  folders.push(folder);
});
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

describe('with nothing set', () => {
  test('it is a rehearsal on this machine, with its data in one folder', () => {
    const config = load();
    expect(isRehearsal(config)).toBe(true);
    expect(config).toMatchObject({
      publicUrl: 'http://localhost:3000',
      host: '127.0.0.1',
      databaseUrl: `sqlite:${join(folder, 'data', 'rehearsal', 'broadsheet.db')}`,
      logLevel: 'warn',
    });
  });

  test('a newsletter goes by its own title', () => {
    expect(senderOf(load(), daily(load()))).toEqual({
      name: 'The Daily Belle',
      address: 'newsletter@broadsheet.example',
    });
  });

  test('the configuration cannot be changed afterwards', () => {
    expect(() => Object.assign(load(), { port: 1 })).toThrow(TypeError);
  });
});

test('the public address loses the slash at its end', () => {
  expect(load({ PUBLIC_URL: 'https://news.belle.example/daily//' }).publicUrl).toBe(
    'https://news.belle.example/daily',
  );
});

test('folders are looked up from where newsletters.yaml lies', () => {
  expect(folderPath(load(), 'articles')).toBe(join(folder, 'articles'));
  expect(folderPath(load(), '/srv/articles')).toBe('/srv/articles');
});

test("a newsletter's own sender goes before MAIL_FROM, a name before the title", () => {
  const own = load(
    { ...RELAY, ...HTTPS },
    NEWSLETTERS.replace('title: The', 'from: editor@belle.example\n    title: The'),
  );
  expect(senderOf(own, daily(own))).toEqual({ name: 'The Daily Belle', address: 'editor@belle.example' });
  const shared = load({ ...RELAY, ...HTTPS });
  expect(senderOf(shared, daily(shared))).toEqual({ name: 'Belle', address: 'post@belle.example' });
});

describe('with a relay', () => {
  test('the public address has to be https, since mail programs unsubscribe there', () => {
    const refused = expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^PUBLIC_URL: expected an https address/),
    });
    expect(() => load(RELAY)).toThrow(refused);
    expect(() => load({ ...RELAY, PUBLIC_URL: 'http://news.belle.example' })).toThrow(refused);
    expect(isRehearsal(load({ ...RELAY, ...HTTPS }))).toBe(false);
  });

  test.each(['smtp://localhost:2525', 'smtp://127.0.0.1:2525', 'smtp://[::1]:2525'])(
    'on this machine, %s, http will do',
    (SMTP_URL) => expect(isRehearsal(load({ ...RELAY, SMTP_URL }))).toBe(false),
  );

  test.each(['smtp://127.0.0.1.evil.example', 'smtp://localhost.evil.example'])(
    "whose name only begins like this machine's, %s, it will not",
    (SMTP_URL) => expect(() => load({ ...RELAY, SMTP_URL })).toThrow('PUBLIC_URL'),
  );

  test('there has to be a sender, unless every newsletter has its own', () => {
    const relayAlone = { ...HTTPS, SMTP_URL: RELAY.SMTP_URL };
    expect(() => load(relayAlone)).toThrow('MAIL_FROM: expected the sender of your mail');
    const own = NEWSLETTERS.replace('title: The', 'from: editor@belle.example\n    title: The');
    expect(isRehearsal(load(relayAlone, own))).toBe(false);
  });

  test('all that is missing is said at once', () => {
    const half = { SMTP_URL: RELAY.SMTP_URL, DATABASE_URL: 'postgres://db.example/belle' };
    expect(() => load(half)).toThrow(/^MAIL_FROM: .*\nPUBLIC_URL: .*\nSECRET_KEY: /);
  });
});

describe('the key that signs links', () => {
  test('has to be given with a database that machines share', () => {
    const shared = { DATABASE_URL: 'postgres://db.example/belle' };
    expect(() => load(shared)).toThrow(
      'SECRET_KEY: expected the key that all machines on this database share',
    );
    expect(load({ ...shared, SECRET_KEY: 'k'.repeat(32) }).secrets).toEqual(['k'.repeat(32)]);
  });

  test('is made once and then stays the same', () => {
    const [first] = load().secrets;
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(load().secrets).toEqual([first]);
    expect(readdirSync(join(folder, 'data'))).toEqual(['secret.key']);
  });

  test('is readable by its owner alone', () => {
    load();
    expect(statSync(join(folder, 'data', 'secret.key')).mode & 0o777).toBe(0o600);
  });

  test('is not made when one is given', () => {
    load({ SECRET_KEY: 'k'.repeat(32) });
    expect(readdirSync(folder)).not.toContain('data');
  });

  test('is refused when its file is empty: everybody can guess an empty key', () => {
    load();
    writeFileSync(join(folder, 'data', 'secret.key'), '');
    expect(() => load()).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('is empty') }),
    );
  });

  test('is one and the same to processes that start together', async () => {
    const config = new URL('../../src/config/config.ts', import.meta.url).href;
    const script = `
      const { loadConfig } = await import(${JSON.stringify(config)});
      while (Date.now() < Number(process.env.START_AT));
      console.log(loadConfig(process.env, process.env.NEWSLETTERS).secrets[0]);`;
    load({ SECRET_KEY: 'k'.repeat(32) }); // writes newsletters.yaml
    const env = {
      ...process.env,
      START_AT: String(Date.now() + 1_500),
      DATA_DIR: join(folder, 'data'),
      NEWSLETTERS: join(folder, 'newsletters.yaml'),
    };
    const keys = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
        return (await child).stdout;
      }),
    );
    expect(new Set(keys)).toEqual(new Set([readFileSync(join(folder, 'data', 'secret.key'), 'utf8')]));
  });
});

test('a data folder that cannot be is named, with what to do', () => {
  writeFileSync(join(folder, 'data'), 'a file, not a folder');
  expect(() => load()).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^DATA_DIR: .*secret\.key cannot be kept/),
      hint: expect.stringContaining('set DATA_DIR'),
    }),
  );
});

function load(variables: Record<string, string> = {}, newsletters = NEWSLETTERS): Config {
  const file = join(folder, 'newsletters.yaml');
  writeFileSync(file, newsletters);
  return loadConfig({ DATA_DIR: join(folder, 'data'), ...variables }, file);
}

function daily(config: Config): NewsletterConfig {
  const [newsletter] = config.newsletters;
  if (!newsletter) throw new Error('There is no newsletter');
  return newsletter;
}
