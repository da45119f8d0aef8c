import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newPublicId } from '../../src/base/public-id.ts';
import { parseAddress, withTag } from '../../src/base/text/address.ts';
import { caseless, TokenSigner } from '../../src/base/token.ts';
import { CLI, closedPort, environmentOf, type Folder, openFolder, type Ran } from './command.ts';

const SECRET = 'a-key-for-tests-and-for-nothing-else-at-all';
const MAILBOX = 'unsubscribe@in.example.org';
const SETTINGS = { INBOUND_ADDRESS: MAILBOX, SECRET_KEY: SECRET };
const PLEASE = 'From: anna@example.org\nSubject: unsubscribe\n\nplease\n';

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

test('receive takes a mail by its envelope or by its headers, as often as it comes: 0', async () => {
  await folder.run(['subscribers', 'add', 'anna@example.org', 'ben@example.org']);
  const ran = await receive(PLEASE, ['--to', recipientFor(1), '--from', 'other@example.org']);
  expect(ran).toEqual({ code: 0, stdout: 'Unsubscribed.\n', stderr: '' });
  expect((await receive(PLEASE, ['--to', recipientFor(1)])).code).toBe(0);
  const byHeader = await receive(`Delivered-To: ${recipientFor(2)}\nTo: list@example.org\n${PLEASE}`, []);
  expect(byHeader).toMatchObject({ code: 0, stdout: 'Unsubscribed.\n' });
  const { stdout } = await folder.run(['subscribers', 'list', '--json']);
  expect(JSON.parse(stdout)).toEqual([
    expect.objectContaining({ email: 'anna@example.org', state: 'unsubscribed' }),
    expect.objectContaining({ email: 'ben@example.org', state: 'unsubscribed' }),
  ]);
}, 60_000);

test('receive does nothing, and says why, for a stranger’s mail and for a machine’s: 0', async () => {
  await folder.run(['subscribers', 'add', 'anna@example.org']);
  const stranger = await receive(`To: somebody@example.org\n${PLEASE}`, []);
  expect(stranger).toMatchObject({ code: 0, stdout: expect.stringContaining('to no address') });
  const bounce = await receive(PLEASE, ['--to', recipientFor(1), '--from', '']);
  expect(bounce).toMatchObject({ code: 0, stdout: expect.stringContaining('a machine wrote this') });
  expect((await folder.run(['subscribers', 'list'])).stdout).toContain('active');
}, 60_000);

test('receive says that nobody left where the address is no reader’s any more: 67', async () => {
  await folder.run(['subscribers', 'add', 'anna@example.org']);
  const recipient = recipientFor(1);
  await folder.run(['subscribers', 'erase', 'anna@example.org']);
  const ran = await receive(PLEASE, ['--to', recipient]);
  expect(ran).toMatchObject({ code: 67, stdout: expect.stringContaining('Nobody was unsubscribed') });
}, 60_000);

test('receive has the mail come again while something is wrong: 75; wrong use is 64', async () => {
  const unset = await receive(PLEASE, ['--to', recipientFor(1)], { INBOUND_ADDRESS: '' });
  expect(unset).toMatchObject({ code: 75, stderr: expect.stringContaining('INBOUND_ADDRESS: expected') });
  const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', SECRET_KEY: SECRET };
  expect((await receive(PLEASE, ['--to', recipientFor(1)], away)).code).toBe(75);
  expect((await receive(PLEASE, ['--nonsense'])).code).toBe(64);
  expect((await folder.run(['receive', '--help'])).code).toBe(0);
}, 60_000);

test('a port needs an address that mails can name', async () => {
  const { code, stderr } = await folder.run(['status'], { INBOUND_PORT: '2525' });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('INBOUND_ADDRESS: expected too, since INBOUND_PORT is set'),
  });
});

test('doctor says which way such mail comes in', async () => {
  const byHand = await folder.run(['doctor'], SETTINGS);
  expect(byHand.stdout).toContain(`also by mail to ${MAILBOX}, which something has to hand to`);
  const listening = await folder.run(['doctor'], { ...SETTINGS, INBOUND_PORT: '2525' });
  expect(listening.stdout).toContain('which `start` takes on 127.0.0.1, port 2525');
}, 60_000);

test('start sends mail that names the mailbox, and takes what comes to it', async () => {
  const [port, inboundPort] = [await closedPort(), await closedPort()];
  const env = environmentOf({ PORT: String(port), ...SETTINGS, INBOUND_PORT: String(inboundPort) });
  await folder.run(['subscribers', 'add', 'anna@example.org'], SETTINGS);
  const child = spawn(process.execPath, [CLI, 'start'], { cwd: folder.path, env });
  try {
    const said = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += chunk;
        if (text.includes('Ctrl-C stops.')) resolve(text);
      });
      child.once('close', () => reject(new Error(text)));
    });
    expect(said).toContain(`by mail to ${MAILBOX}, on 127.0.0.1, port ${inboundPort}`);
    await mail(inboundPort, recipientFor(1));
    const { stdout } = await folder.run(['subscribers', 'list', '--json'], SETTINGS);
    const anna = JSON.parse(stdout).find(({ email }: { email: string }) => email === 'anna@example.org');
    expect(anna.state).toBe('unsubscribed');
    expect(existsSync(join(folder.path, 'data/rehearsal'))).toBe(true);
  } finally {
    child.removeAllListeners('close').kill('SIGKILL');
  }
}, 60_000);

function recipientFor(id: number): string {
  const parsed = parseAddress(MAILBOX);
  if (!parsed.ok) throw new Error(parsed.reason);
  const token = new TokenSigner([SECRET]).sign('unsubscribe', { publicId: publicIdOf(id), issuedAt: 0 });
  return withTag(parsed.address, caseless(token));
}

/** The public id of a subscription; a stranger's while there is no database. */
function publicIdOf(id: number): string {
  const file = join(folder.path, 'data/rehearsal/broadsheet.db');
  if (!existsSync(file)) return newPublicId();
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database.prepare('select public_id from subscriptions where id = ?').get(id);
    return row ? String(row.public_id) : newPublicId();
  } finally {
    database.close();
  }
}

/** The command with a mail on its stdin. */
function receive(raw: string, args: string[], settings: Record<string, string> = {}): Promise<Ran> {
  return folder.run(['receive', ...args], { ...SETTINGS, ...settings }, raw);
}

function mail(port: number, to: string): Promise<void> {
  const smtp = new SMTPConnection({ host: '127.0.0.1', port });
  return new Promise((resolve, reject) => {
    smtp.on('error', reject);
    smtp.connect(() =>
      smtp.send({ from: 'other@example.org', to: [to] }, PLEASE, (error) => {
        smtp.quit();
        if (error) reject(error);
        else resolve();
      }),
    );
  });
}
