import { AppError } from '../../base/errors.ts';
import { cancelEdition, pauseEdition, resumeEdition } from '../../delivery/control.ts';
import { relayTrouble } from '../../delivery/engine/relay-trouble.ts';
import { type EditionStatus, editionStatus, recentEditions, secondCopies } from '../../delivery/progress.ts';
import { watchEdition } from '../../delivery/watch-edition.ts';
import { noteAct } from '../../editions/store/act-log.ts';
import { actWords } from '../../editions/words/act-words.ts';
import { reasonForPrograms } from '../../editions/words/reason-words.ts';
import type { Ground } from '../../ground.ts';
import { resumeNewsletter } from '../../publishing/newsletter-slots.ts';
import { editionNamed } from '../arguments.ts';
import { deskWords } from '../doctor/doctor-desk.ts';
import {
  BY,
  counted,
  EXIT,
  editionLine,
  ledgerLines,
  relayLines,
  say,
  sayJson,
  watchLines,
} from '../output.ts';
import { restoreLines } from '../restored-command.ts';

/**
 * `broadsheet status`: whether the relay can be used, and the ledger of recent editions; in JSON
 * each of them has both.
 */
export async function status(ground: Ground, options: { json?: boolean }): Promise<number> {
  const statuses = await recentEditions(ground.db);
  const relay = await relayTrouble(ground.db);
  if (options.json)
    sayJson(statuses.map((one) => ({ ...one, ...reasonForPrograms(one.reason), relay: relay ?? null })));
  else {
    for (const line of relayLines(relay, ground.clock.now())) say(line);
    await sayStatus(ground, statuses);
    for (const line of await restoreLines(ground)) say(line);
  }
  if (statuses.every((one) => one.balanced)) return EXIT.done;
  throw new AppError('LEDGER_UNBALANCED', 'An edition above does not add up');
}

/** `broadsheet pause EDITION`: within a second nothing more of it starts. */
export async function pause(ground: Ground, id: string): Promise<number> {
  const { state } = await editionNamed(ground, id);
  if (!(await pauseEdition(ground.db, id, { code: 'paused', by: BY }))) throw notUnderWay(id, state);
  await note(ground, id, 'paused');
  say(`${id} is paused; \`broadsheet resume ${id}\` goes on where it stopped`);
  return sayEdition(ground, id);
}

/**
 * `broadsheet resume EDITION`: a running `start`, or the next `send`, goes on with it. Of a
 * newsletter: it makes editions again.
 */
export async function resume(ground: Ground, id: string): Promise<number> {
  const newsletter = ground.config.newsletters.get(id);
  if (newsletter) {
    const act = await resumeNewsletter(ground, newsletter, BY);
    if (!act.ok) throw new AppError('USAGE', actWords(act));
    say(actWords(act));
    return EXIT.done;
  }
  const { state } = await editionNamed(ground, id);
  if (!(await resumeEdition(ground.db, id)))
    throw new AppError('USAGE', `${id} is not paused, it is ${state}`);
  await note(ground, id, 'resumed');
  say(`${id} goes on; where no \`start\` is running, \`broadsheet send ${id}\` delivers the rest`);
  return sayEdition(ground, id);
}

/** `broadsheet cancel EDITION`: what has not left will not; what has stays accounted for. */
export async function cancel(ground: Ground, id: string): Promise<number> {
  const { state } = await editionNamed(ground, id);
  const cancelled = await cancelEdition(ground.db, id, { code: 'cancelled', by: BY }, ground.clock.now());
  if (cancelled === undefined) throw notUnderWay(id, state);
  await note(ground, id, 'cancelled');
  say(`${id} is cancelled; ${counted(cancelled, 'delivery', 'deliveries')} will not be made`);
  return sayEdition(ground, id);
}

function note(ground: Ground, id: string, code: 'paused' | 'resumed' | 'cancelled'): Promise<void> {
  return noteAct(ground.db, id, { at: ground.clock.now(), by: BY, what: { code } });
}

function notUnderWay(id: string, state: string): AppError {
  return new AppError('USAGE', `${id} is not being sent, it is ${state}`);
}

async function sayEdition(ground: Ground, id: string): Promise<number> {
  await sayStatus(ground, [await editionStatus(ground.db, id)]);
  return EXIT.done;
}

/** The ledger of editions: each with its equation, how it gets on, and what servers said. */
export async function sayStatus(ground: Ground, statuses: readonly EditionStatus[]): Promise<void> {
  const desk = await deskWords(ground);
  if (statuses.length === 0) say('No editions yet. `broadsheet send` makes the one that is due.');
  for (const status of statuses) {
    const waits = desk.get(status.id);
    say(editionLine(status, waits));
    if (status.candidates === null) continue;
    for (const line of ledgerLines(status)) say(`  ${line}`);
    for (const line of await secondCopyLines(ground, status)) say(`  ${line}`);
    for (const line of watchLines(await watchEdition(ground.db, status, ground.clock.now())))
      say(`  ${line}`);
  }
}

const MOST_NAMED = 10;

/** Lists the addresses that may hold two copies: the first ones here, all of them in the studio. */
export async function secondCopyLines(ground: Ground, status: EditionStatus): Promise<string[]> {
  if (status.possibleSecondCopies === 0) return [];
  const copies = await secondCopies(ground.db, status.id);
  const more = copies.length > MOST_NAMED ? [`… and ${copies.length - MOST_NAMED} more`] : [];
  return [...copies.slice(0, MOST_NAMED).map(({ email }) => email), ...more].map((line) => `  ${line}`);
}
