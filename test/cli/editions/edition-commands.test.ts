import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, systemClock } from '../../../src/base/clock.ts';
import { noteRelayDown } from '../../../src/delivery/engine/relay-trouble.ts';
import { recordSkipped } from '../../../src/editions/store/slot-store.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { closedPort, EDITION, type Folder, GARDEN, NEWSLETTERS, openFolder, SLOT } from '../command.ts';

const AS_OF = ['--as-of', SLOT];
const READERS = ['anna@example.org', 'ben@example.org'];

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe('collect', () => {
  test('says for each source what came, in words and as JSON', async () => {
    const [first, second] = await folder.runAll([['collect'], ['collect', '--json']]);
    expect(first).toEqual({ code: 0, stdout: 'stories        3 articles, 3 new\n', stderr: '' });
    expect(second?.code).toBe(0);
    expect(JSON.parse(second?.stdout ?? '')).toMatchObject([
      { sourceId: 'stories', kind: 'collected', offered: 3, added: 0 },
    ]);
  });

  test('names the file it leaves out, and goes on: 1', async () => {
    folder.write('articles/empty.md', '');
    const { code, stdout } = await folder.run(['collect']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^stories +3 articles, 3 new\n +.*empty\.md: .+\n$/);
  });

  test('that reaches one source of two is not done: 1', async () => {
    const two = '  stories: { folder: articles }\n  gone: { folder: no/such/folder }';
    folder.write('newsletters.yaml', NEWSLETTERS.replace('  stories: { folder: articles }', two));
    const { code, stdout } = await folder.run(['collect']);
    expect(code).toBe(1);
    expect(stdout).toContain('gone           failed: ');
  });

  test('that reaches no source at all could not run: 3', async () => {
    folder.write('newsletters.yaml', NEWSLETTERS.replace('folder: articles', 'folder: no/such/folder'));
    const { code, stdout } = await folder.run(['collect']);
    expect(code).toBe(3);
    expect(stdout).toContain('stories        failed: ');
  });
});

describe('compose', () => {
  test('explains for each article why it is in or out', async () => {
    const { code, stdout } = await folder.run(['compose', ...AS_OF, '--explain']);
    expect(code).toBe(0);
    expect(stdout).toContain(`edition    ${EDITION}  2 stories`);
    expect(stdout).toMatch(
      /^ +\+ 2020-11-10 00:00 {2}Queen opens a walled garden in the pouring rain +leads the edition, from Royals$/m,
    );
    expect(stdout).toMatch(/^ +\+ 2020-11-10 00:00 {2}A coat for every winter +in Also today$/m);
    expect(stdout).toMatch(/^ +- 2020-11-08 00:00 {2}Old news about a castle +older than max_age \(48 h\)$/m);
  });

  test('is one JSON document, whatever the number of newsletters', async () => {
    const weekly = NEWSLETTERS.slice(NEWSLETTERS.indexOf('  daily:')).replace('daily:', 'second:');
    folder.write('newsletters.yaml', NEWSLETTERS + weekly);
    const { stdout } = await folder.run(['compose', ...AS_OF, '--json']);
    const looks = JSON.parse(stdout);
    expect(looks).toMatchObject([{ edition: { id: EDITION } }, { edition: { newsletterId: 'second' } }]);
    const old = { headline: 'Old news about a castle', in: false };
    expect(looks[0].decisions).toContainEqual({
      ...old,
      link: expect.any(String),
      reason: 'older than max_age (48 h)',
      reasonCode: { code: 'too-old', hours: 48 },
    });
  });

  test('keeps nothing, and tells the next edition once this one was sent', async () => {
    const readers = ['subscribers', 'add', ...READERS];
    const [, , , again, status] = await folder.runAll([
      ['compose', ...AS_OF],
      readers,
      ['send', ...AS_OF],
      ['compose', ...AS_OF],
      ['status', '--json'],
    ]);
    expect(again?.stdout).toContain(`${EDITION}  finished already; composed anew it would be:`);
    expect(JSON.parse(status?.stdout ?? '')).toHaveLength(1);
  });

  test('without anything new makes no edition and says why', async () => {
    const { code, stdout } = await folder.run(['compose', '--as-of', '2019-01-01T08:00Z']);
    expect(code).toBe(0);
    expect(stdout).toContain('daily-20190101T0700Z  no edition: the sources have nothing recent');
  });
});

test('preview writes html, text and a mail that any program can read', async () => {
  const previewed = await folder.run(['preview', 'daily', ...AS_OF, '--out', 'out/here']);
  expect(previewed.code).toBe(0);
  expect(previewed.stdout).toContain('Queen opens a walled garden');
  const file = (ending: string) =>
    readFileSync(join(folder.path, 'out/here', `${EDITION}.${ending}`), 'utf8');
  expect(readdirSync(join(folder.path, 'out/here'))).toHaveLength(3);
  const mail = await simpleParser(file('eml'));
  expect(mail.subject).toContain('Queen opens a walled garden');
  expect(mail.from?.value).toEqual([{ name: 'The Daily Belle', address: 'newsletter@broadsheet.example' }]);
  expect(mail.html).toContain('A coat for every winter');
  expect(file('html')).toContain('Queen opens a walled garden');
  expect(file('txt')).toContain('A coat for every winter');
});

test('preview --as shows what that reader gets, and knows who is none', async () => {
  const preview = (email: string) => ['preview', ...AS_OF, '--out', 'out', '--as', email];
  const [, shown, stranger] = await folder.runAll([
    ['subscribers', 'add', 'anna@example.org', '--sections', 'more'],
    preview('anna@example.org'),
    preview('eve@example.org'),
  ]);
  expect(shown?.code).toBe(0);
  const text = readFileSync(join(folder.path, 'out', `${EDITION}.txt`), 'utf8');
  expect(text).toContain('A coat for every winter');
  expect(text).not.toContain('Queen opens');
  const why = expect.stringContaining('eve@example.org does not subscribe to daily');
  expect(stranger).toMatchObject({ code: 2, stderr: why });
});

describe('send', () => {
  const ADD = ['subscribers', 'add', ...READERS];
  const SEND = ['send', ...AS_OF];

  test('with no source that can be read makes no edition yet, names them, and is not done: 3', async () => {
    folder.write('newsletters.yaml', NEWSLETTERS.replace('folder: articles', 'folder: no/such/folder'));
    const [sent, status] = await folder.runAll([['send', ...AS_OF], ['status']]);
    expect(sent?.code).toBe(3);
    expect(sent?.stdout).toContain(
      `${EDITION}  no edition yet: no source could be read; stories: the folder`,
    );
    expect(sent?.stdout).not.toContain('approve');
    expect(status?.stdout).toMatch(/draft +no source could be read; stories: the folder/);
  });

  test('in rehearsal delivers to every reader, balances the ledger, and a second time sends nothing', async () => {
    await folder.run(ADD);
    const first = await folder.run(SEND);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain('collected  stories        3 articles, 3 new');
    expect(first.stdout).toContain('sent       2 now\n');
    expect(first.stdout).toContain('ledger     candidates 2 = prepared 2 (accepted 2) + excluded 0');
    const mails = await caughtMails();
    expect(mails.map(({ to }) => to).toSorted()).toEqual(READERS);

    const second = await folder.run(SEND);
    expect(second.code).toBe(0);
    expect(second.stdout).toContain('sent       0 now (this edition was finished before)');
    expect(await caughtMails()).toHaveLength(2);
  });

  test('of a moment yet to come is refused; --dry-run looks at it', async () => {
    const future = ['--as-of', '2090-01-01T08:00Z'];
    const [refused, looked] = await folder.runAll([
      ['send', ...future],
      ['send', ...future, '--dry-run'],
    ]);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('2090-01-01T08:00Z is yet to come'),
    });
    expect(looked?.code).toBe(0);
  });

  test('as JSON is the ledger and nothing else', async () => {
    const [, sent] = await folder.runAll([ADD, ['send', 'daily', ...AS_OF, '--json']]);
    expect(sent?.code).toBe(0);
    expect(JSON.parse(sent?.stdout ?? '')).toMatchObject([
      { id: EDITION, state: 'finished', candidates: 2, deliveries: { accepted: 2 }, balanced: true },
    ]);
  });

  test('--dry-run sends nothing, freezes nobody, and says who would get it', async () => {
    const [, dry, json, status] = await folder.runAll([
      ADD,
      [...SEND, '--dry-run', '--explain'],
      [...SEND, '--dry-run', '--json'],
      ['status', '--json'],
    ]);
    expect(dry?.code).toBe(0);
    expect(dry?.stdout).toContain('would go to 2 of 2 candidates (0 excluded); nothing was sent');
    expect(dry?.stdout).toContain('leads the edition');
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject([
      {
        ...{ id: EDITION, state: 'draft', stories: 2, candidates: 2, prepared: 2, excluded: 0 },
        verdict: { ready: true },
      },
    ]);
    expect(await caughtMails()).toEqual([]);
    expect(JSON.parse(status?.stdout ?? '')).toEqual([]);
  });

  test('--dry-run of an edition that went out does not promise it to those who came since', async () => {
    const late = ['subscribers', 'add', 'late@example.org'];
    const [, , , dry] = await folder.runAll([ADD, SEND, late, [...SEND, '--dry-run']]);
    expect(dry?.stdout).toContain('this edition is finished already; nothing was sent');
    expect(dry?.stdout).not.toContain('would go to');
  });

  test('leaves out, with the reason, who has nothing to read', async () => {
    folder.write('articles/coat.md', ''); // nothing but the Queen is left
    const picky = ['subscribers', 'add', 'coats@example.org', '--sections', 'more'];
    const [, , sent] = await folder.runAll([ADD, picky, SEND]);
    expect(sent?.code).toBe(0);
    expect(sent?.stdout).toContain(
      'candidates 3 = prepared 2 (accepted 2) + excluded 1 (nothing in what they chose 1)',
    );
  });

  test('of an article as the seed has them splits headline and standfirst where the sentence begins', async () => {
    expect(GARDEN).toMatch(/^ date 2020-11-10 Queen/);
    await folder.runAll([ADD, SEND]);
    const [mail] = await caughtMails();
    expect(mail?.subject).toBe('Queen opens a walled garden in the pouring rain');
    expect(mail?.text).toContain('The head gardener had hoped for sun and brought an umbrella.');
  });
});

describe('status', () => {
  test('says that the relay cannot be used, since when and why, to people and to programs', async () => {
    await folder.runAll([
      ['subscribers', 'add', 'ada@example.org'],
      ['send', ...AS_OF],
    ]);
    const db = await openDatabase(`sqlite:${join(folder.path, 'data/rehearsal/broadsheet.db')}`);
    const since = systemClock.now() - 2 * HOUR_MS;
    await noteRelayDown(db, 'connect ECONNREFUSED 192.0.2.25:587', since);
    await db.destroy();
    const [words, json] = await folder.runAll([['status'], ['status', '--json']]);
    expect(words?.stdout).toMatch(
      /^The relay cannot be used since \S+ \S+ UTC \(2 h\): connect ECONNREFUSED/,
    );
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject([
      { relay: { since, lastError: 'connect ECONNREFUSED 192.0.2.25:587', lastTriedAt: since } },
    ]);
  });

  test('of an installation without editions says how to make one', async () => {
    const [words, json] = await folder.runAll([['status'], ['status', '--json']]);
    expect(words?.stdout).toContain('No editions yet. `broadsheet send`');
    expect(json?.stdout).toBe('[]\n');
  });

  test('is a line and the ledger of each edition', async () => {
    const add = ['subscribers', 'add', 'anna@example.org'];
    const [, , status] = await folder.runAll([add, ['send', ...AS_OF], ['status']]);
    expect(status?.code).toBe(0);
    expect(status?.stdout).toContain(
      `${EDITION}     finished  2 stories\n  candidates 1 = prepared 1 (accepted 1) + excluded 0\n`,
    );
  });
});

describe('doctor', () => {
  test('finds nothing wrong in rehearsal: 0', async () => {
    const { code, stdout } = await folder.run(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ relay');
    expect(stdout).not.toContain('✗');
  });

  test('finds a relay that does not answer: 3', async () => {
    const settings = { SMTP_URL: `smtp://127.0.0.1:${await closedPort()}`, MAIL_FROM: 'post@belle.example' };
    const { code, stdout } = await folder.run(['doctor', '--json'], settings);
    expect(code).toBe(3);
    const wrong = JSON.parse(stdout).filter((finding: { verdict: string }) => finding.verdict === 'wrong');
    expect(wrong).toMatchObject([
      { part: 'relay', code: 'relay-unavailable', says: expect.stringContaining('ECONNREFUSED') },
    ]);
  });

  test('says which ceiling sign-ups were over in the last day', async () => {
    await folder.run(['migrate']);
    const db = await openDatabase(`sqlite:${join(folder.path, 'data/rehearsal/broadsheet.db')}`);
    const period = Math.floor(systemClock.now() / HOUR_MS);
    await db.insertInto('sign_up_counts').values({ scope: 'net:192.0.2.0/24', period, count: 23 }).execute();
    await db.destroy();
    const { code, stdout } = await folder.run(['doctor']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '· sign-ups       3 sign-ups were asked for proof of work or a wait in the last day, over the ceiling net:192.0.2.0/24',
    );
  });

  test('names the next edition that is still to come: not one that is skipped', async () => {
    await folder.run(['migrate']);
    const { stdout: before } = await folder.run(['doctor']);
    const next = /next edition (\S+T07:00:00\.000Z)/.exec(before)?.[1] ?? '';
    const db = await openDatabase(`sqlite:${join(folder.path, 'data/rehearsal/broadsheet.db')}`);
    await recordSkipped(db, 'daily', Date.parse(next), { code: 'skipped', by: 'Anna' }, systemClock.now());
    await db.destroy();
    const after = new Date(Date.parse(next) + DAY_MS).toISOString();
    expect((await folder.run(['doctor'])).stdout).toContain(`✓ daily          next edition ${after}, from`);
  });

  test('finds a schedule that never comes: 3', async () => {
    folder.write('newsletters.yaml', NEWSLETTERS.replace('0 7 * * *', '0 7 30 2 *'));
    const { code, stdout } = await folder.run(['doctor']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/✗ daily +"0 7 30 2 \*" never comes/);
  });
});

async function caughtMails() {
  const data = join(folder.path, 'data/rehearsal');
  const caught = join(data, 'caught');
  const files = readdirSync(data).includes('caught') ? readdirSync(caught) : [];
  const mails = await Promise.all(
    files
      .filter((file) => file.endsWith('.eml'))
      .map((file) => simpleParser(readFileSync(join(caught, file)))),
  );
  return mails.map((mail) => ({
    subject: mail.subject,
    text: mail.text,
    to: [mail.to ?? []].flat()[0]?.text,
  }));
}
