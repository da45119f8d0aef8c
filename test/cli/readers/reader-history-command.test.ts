import { join } from 'node:path';
import { expect, test } from 'vitest';
import { enqueue } from '../../../src/delivery/ledger.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import { agreeToMove, askToMove } from '../../../src/subscribers/address-change/move-address.ts';
import { noteReason, speak } from '../../../src/subscribers/choices.ts';
import { unsubscribe } from '../../../src/subscribers/subscriber-store.ts';
import { address } from '../../subscribers/people.ts';
import { openFolder } from '../command.ts';

const THEN = Date.parse('2026-11-22T08:00:00Z');
const YES = { origin: 'site', wording: 'Yes', now: THEN };
test('show tells what a reader did by themselves: moved, said where they are, left and why', async () => {
  using folder = openFolder();
  await folder.run(['subscribers', 'add', 'anna@example.org']);
  const db = await openDatabase(`sqlite:${join(folder.path, 'data/rehearsal/broadsheet.db')}`);
  const wish = { subscriptionId: 1, newEmail: address('anna@new.example'), now: THEN };
  await askToMove(db, wish, (trx, id, kind, to) => enqueue(trx, id, kind, THEN, to), { per_mailbox: 5 });
  await db.updateTable('deliveries').set({ state: 'accepted' }).execute();
  for (const mail of [1, 2]) await agreeToMove(db, mail, YES);
  await speak(db, 1, { language: null, timeZone: 'Europe/Paris' });
  await unsubscribe(db, 1, YES);
  await noteReason(db, 1, 'Too many crowns,\ntoo few hedgehogs');
  await db.destroy();
  const [former, said, json, erased, stranger] = await folder.runAll([
    ['subscribers', 'show', 'Anna@example.org'],
    ['subscribers', 'show', 'anna@new.example'],
    ['subscribers', 'show', 'anna@example.org', '--json'],
    ['subscribers', 'erase', 'anna@example.org'],
    ['subscribers', 'show', 'ben@example.org'],
  ]);
  expect(former?.stdout).toBe(
    `Anna@example.org is a former address: its reader has anna@new.example now\n${said?.stdout}`,
  );
  expect(JSON.parse(json?.stdout ?? '')).toMatchObject({
    email: 'anna@new.example',
    movedFrom: 'anna@example.org',
  });
  expect(erased).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('subscribers erase anna@new.example'),
  });
  expect(stranger).toMatchObject({ code: 2, stderr: expect.stringContaining('never subscribed') });
  expect(said?.stdout.split('\n').slice(0, 4)).toEqual([
    'daily: unsubscribed, everything',
    '  left because: Too many crowns, too few hedgehogs',
    'time zone Europe/Paris',
    'moved to anna@new.example 2026-11-22 08:00:00 UTC',
  ]);
  const [gone, oldAddress, newAddress] = await folder.runAll([
    ['subscribers', 'erase', 'anna@new.example'],
    ['subscribers', 'show', 'anna@example.org'],
    ['subscribers', 'show', 'anna@new.example'],
  ]);
  expect(gone?.code).toBe(0);
  expect(oldAddress).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('is not known here'),
  });
  expect(newAddress).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/erased \d{4}-/) });
});
