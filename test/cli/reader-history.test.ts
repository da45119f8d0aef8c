import { join } from 'node:path';
import { expect, test } from 'vitest';
import { enqueue } from '../../src/delivery/ledger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { agreeToMove, askToMove } from '../../src/subscribers/address-change.ts';
import { noteReason, speak } from '../../src/subscribers/choices.ts';
import { unsubscribe } from '../../src/subscribers/subscriber-store.ts';
import { address } from '../subscribers/people.ts';
import { openFolder } from './command.ts';

const THEN = Date.parse('2026-11-22T08:00:00Z');
const YES = { origin: 'site', wording: 'Yes', now: THEN };
test('show tells what a reader did by themselves: moved, said where they are, left and why', async () => {
  using folder = openFolder();
  await folder.run(['subscribers', 'add', 'anna@example.org']);
  const db = await openDatabase(`sqlite:${join(folder.path, 'data/rehearsal/broadsheet.db')}`);
  const wish = { subscriptionId: 1, newEmail: address('anna@new.example'), now: THEN };
  await askToMove(db, wish, (trx, id, kind, to) => enqueue(trx, id, kind, THEN, to), { per_mailbox: 5 });
  for (const mail of [1, 2]) await agreeToMove(db, mail, YES);
  await speak(db, 1, { language: null, timeZone: 'Europe/Paris' });
  await unsubscribe(db, 1, YES);
  await noteReason(db, 1, 'Too many crowns,\ntoo few hedgehogs');
  await db.destroy();
  const [gone, said] = await folder.runAll([
    ['subscribers', 'show', 'anna@example.org'],
    ['subscribers', 'show', 'anna@new.example'],
  ]);
  expect(gone?.stderr).toContain('is not known here');
  expect(said?.stdout.split('\n').slice(0, 4)).toEqual([
    'daily: unsubscribed, everything',
    '  left because: Too many crowns, too few hedgehogs',
    'time zone Europe/Paris',
    'moved to anna@new.example 2026-11-22 08:00:00 UTC',
  ]);
});
