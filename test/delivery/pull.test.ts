import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { clockAt } from '../../src/base/clock.ts';
import { freezeAudience } from '../../src/delivery/audience/audience.ts';
import { pauseEdition, resumeEdition } from '../../src/delivery/control.ts';
import { type Claim, claim, release } from '../../src/delivery/engine/claim.ts';
import { mark, settle } from '../../src/delivery/engine/settle.ts';
import { finishEditions } from '../../src/delivery/ledger.ts';
import { editionStatus } from '../../src/delivery/progress.ts';
import { pullStory, reachOf } from '../../src/delivery/pull.ts';
import type { Edition } from '../../src/editions/edition.ts';
import { selectionOf, storiesIn } from '../../src/editions/selection.ts';
import { reasonInWords } from '../../src/editions/words/reason-words.ts';
import type { Database } from '../../src/storage/schema/schema.ts';
import type { Mail } from '../../src/transport/transaction.ts';
import { eachDatabase } from '../helpers/databases.ts';
import { ScriptedServer } from '../helpers/smtp-server.ts';
import { story } from '../mail/sample.ts';
import { runEngine, settled } from './engine/run-engine.ts';
import { addActive, CLOCK, deliveries, draft, emails, NOW, settlement, worker } from './fixture.ts';
import { killHard } from './processes.ts';

const HOUR = 3_600_000;
/** Told to those who chose royals, beside another of royals; style has one of its own. */
const WRONG = story(1, { headline: 'The wrong one' });
const STORIES = [story(0), WRONG, story(2, { sectionId: 'style' })];
/** Told alone to those who chose style. */
const ALONE = STORIES[2]?.articleId ?? 0;
const pull = (db: Database, { id }: Edition, articleId = WRONG.articleId, patienceMs = 10_000) =>
  pullStory({ db, clock: CLOCK }, { editionId: id, articleId, by: 'Ada', patienceMs });

eachDatabase((open) => {
  test('pulled while it goes out, a story is in no mail that leaves afterwards, and everybody gets one mail', async () => {
    await using store = await open();
    await using server = await ScriptedServer.start({ body: { reply: '250 2.0.0 queued', afterMs: 20 } });
    const edition = await goingOut(store.db, 500);
    const composed: { to: string; told: boolean; at: number }[] = [];
    const compose = async (one: Claim) => {
      const mail = await composeStories(store.db, edition, one);
      composed.push({ to: one.email, told: tells(mail.raw), at: performance.now() });
      return mail;
    };
    await using _ = runEngine(store.db, server, { compose });
    await using _another = runEngine(store.db, server, { compose, worker: worker('another') });
    await expect.poll(() => server.received.length).toBeGreaterThan(40);
    const done = await pull(store.db, edition);
    const pulledAt = performance.now();
    expect(done).toMatchObject({ pulled: true, headline: 'The wrong one', nothingLeft: 0 });
    expect((await editionStatus(store.db, edition.id)).state).toBe('frozen');
    const status = await settled(store.db, edition.id);

    expect(status).toMatchObject({ balanced: true, deliveries: { accepted: 500 }, possibleSecondCopies: 0 });
    expect(new Set(server.received.map(({ to }) => to)).size).toBe(500);
    expect(server.received).toHaveLength(500);
    expect(composed.filter(({ told, at }) => told && at > pulledAt)).toEqual([]);
    const got = server.received.filter(({ message }) => tells(message)).length;
    const without = done.pulled ? done.without : 0;
    expect(got).toBeGreaterThan(0);
    expect(without).toBeGreaterThan(0);
    expect((await reachOf(store.db, edition.id)).get(WRONG.articleId)).toEqual({ got, toCome: 0 });
    const style = server.received.filter(({ message }) => !message.includes('Headline number 0')).length;
    expect(got + without + style).toBe(500);
  });

  test('those for whom it was everything get nothing, and the ledger says why', async () => {
    await using store = await open();
    const edition = await goingOut(store.db, 9);
    expect(await pull(store.db, edition, ALONE)).toMatchObject({ pulled: true, without: 3, nothingLeft: 3 });
    const status = await editionStatus(store.db, edition.id);
    expect(status).toMatchObject({
      state: 'frozen',
      balanced: true,
      deliveries: { waiting: 6, cancelled: 3 },
    });
    const cancelled = (await deliveries(store.db)).filter(({ state }) => state === 'cancelled');
    expect(new Set(cancelled.map(({ detail }) => detail))).toEqual(new Set(['its story was pulled']));
  });

  test('an edition that an editor had paused stays paused, by that editor', async () => {
    await using store = await open();
    const edition = await goingOut(store.db, 3);
    await pauseEdition(store.db, edition.id, { code: 'paused', by: 'Bea' });
    expect(await pull(store.db, edition)).toMatchObject({ pulled: true });
    expect(await editionStatus(store.db, edition.id)).toMatchObject({
      state: 'paused',
      reason: { code: 'paused', by: 'Bea' },
    });
  });

  test('what is on the line at that moment and comes back goes out without it', async () => {
    await using store = await open();
    const edition = await goingOut(store.db, 9);
    const [one] = await claim(store.db, worker(), 1, NOW);
    if (!one) throw new Error('nothing was due');
    await mark(store.db, worker(), [one.id], NOW);
    expect(await pull(store.db, edition)).toMatchObject({ pulled: true, without: 5 });
    await settle(store.db, worker(), [settlement(one, 'deferred')], NOW);
    const again = await claim(store.db, worker(), 20, NOW + HOUR);
    expect(again.map(({ id }) => id)).toContain(one.id);
    for (const each of again)
      expect(tells((await composeStories(store.db, edition, each)).raw), each.email).toBe(false);
    const rows = await deliveries(store.db);
    expect(again.map((each) => rows.find(({ id }) => id === each.id)?.variant_id)).toEqual(
      again.map(({ variantId }) => variantId),
    );
  });

  test('while a process holds mails back, nothing goes on; once they are back, it goes out without it', async () => {
    await using store = await open();
    const edition = await goingOut(store.db, 9);
    const held = await claim(store.db, worker('asleep'), 4, NOW);
    expect(await pull(store.db, edition, WRONG.articleId, 200)).toEqual({ pulled: false, held: 4 });
    expect(await editionStatus(store.db, edition.id)).toMatchObject({
      state: 'paused',
      reason: { code: 'taking-out', by: 'Ada', headline: 'The wrong one' },
    });
    await release(
      store.db,
      worker('asleep'),
      held.map(({ id }) => id),
    );
    expect(await pull(store.db, edition)).toMatchObject({ pulled: true, without: 6 });
    expect(await editionStatus(store.db, edition.id)).toMatchObject({ state: 'frozen', reason: null });
  });

  test('whom a claim has moved already, between the word and the pause, is counted with the others', async () => {
    await using store = await open();
    const edition = await goingOut(store.db, 9);
    const held = await claim(store.db, worker('asleep'), 1, NOW);
    const giveBack = (name: string, claims: readonly Claim[]) =>
      release(
        store.db,
        worker(name),
        claims.map(({ id }) => id),
      );
    const sleep = async () => {
      await resumeEdition(store.db, edition.id);
      await giveBack('early', await claim(store.db, worker('early'), 4, NOW));
      await giveBack('asleep', held);
    };
    const order = { editionId: edition.id, articleId: WRONG.articleId, by: 'Ada' };
    expect(await pullStory({ db: store.db, clock: { now: () => NOW, sleep } }, order)).toMatchObject({
      pulled: true,
      without: 6,
    });
  });

  test('with kill -9 in the middle the edition waits and says why, and resumed it goes out without the story', async () => {
    await using store = await open();
    const edition = await goingOut(store.db, 9);
    const held = await claim(store.db, worker('asleep'), 1, NOW);
    const script = new URL('pull-worker.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, store.url, edition.id, String(WRONG.articleId)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await expect.poll(async () => (await editionStatus(store.db, edition.id)).state).toBe('paused');
    await killHard(child);
    const { reason } = await editionStatus(store.db, edition.id);
    expect(reason).toEqual({ code: 'taking-out', by: 'Ada', headline: 'The wrong one' });
    expect(reasonInWords(reason)).toContain(
      'If this message is still here in a minute, take the story out again or resume',
    );
    await release(
      store.db,
      worker('asleep'),
      held.map(({ id }) => id),
    );
    await resumeEdition(store.db, edition.id);
    const claims: Claim[] = [];
    // A server holds the locks of a client that died until it notices, and a claim leaves locked rows to the next.
    await expect.poll(async () => claims.push(...(await claim(store.db, worker(), 20, NOW)))).toBe(9);
    for (const one of claims) expect(tells((await composeStories(store.db, edition, one)).raw)).toBe(false);
  });

  test('two stories pulled at once are both out, and the edition goes on', async () => {
    await using store = await open();
    const edition = await goingOut(store.db, 9);
    const both = await Promise.all([pull(store.db, edition), pull(store.db, edition, 1)]);
    expect(both).toMatchObject([{ pulled: true }, { pulled: true }]);
    expect(await editionStatus(store.db, edition.id)).toMatchObject({
      state: 'frozen',
      balanced: true,
      deliveries: { waiting: 6, cancelled: 3 },
    });
  });

  test('nothing light is left beside a death when what stood between them is pulled', async () => {
    await using store = await open();
    await addActive(store.db, emails(2));
    const edition = await draft(store.db, {
      sections: [
        { id: 'royals', title: 'Royals' },
        { id: 'fun', title: 'Fun', light: true },
      ],
      stories: [
        story(0),
        story(1, { tags: ['death'] }),
        story(2),
        story(3, { sectionId: 'fun', headline: 'Ten hats' }),
      ],
    });
    await freezeAudience(store.db, edition, NOW);
    await pull(store.db, edition, 3);
    const [one] = await claim(store.db, worker(), 1, NOW);
    const mail = one && (await composeStories(store.db, edition, one)).raw.toString();
    expect(mail).toContain('Headline number 1');
    expect(mail).not.toContain('Ten hats');
  });

  test('in an edition that is through it is only written down; a draft and a stranger are refused', async () => {
    await using store = await open();
    const edition = await goingOut(store.db, 3);
    const refused = { pulled: false, held: 0, why: expect.stringContaining('no such story') };
    expect(await pull(store.db, edition, 99)).toEqual(refused);
    const later = await draft(store.db, { slot: edition.slot + 24 * HOUR, stories: STORIES });
    expect(await pull(store.db, later)).toEqual(refused);
    const claims = await claim(store.db, worker(), 3, NOW);
    await settle(
      store.db,
      worker(),
      claims.map((one) => settlement(one, 'accepted')),
      NOW,
    );
    await finishEditions(store.db, NOW);
    const clock = clockAt(NOW);
    const order = { editionId: edition.id, articleId: WRONG.articleId, by: 'Ada' };
    expect(await pullStory({ db: store.db, clock }, order)).toMatchObject({ pulled: true, without: 0 });
    expect(await editionStatus(store.db, edition.id)).toMatchObject({ state: 'finished', reason: null });
    expect((await reachOf(store.db, edition.id)).get(WRONG.articleId)).toEqual({ got: 2, toCome: 0 });
  });
});

/** A third of the readers for each: everything, royals alone, style alone. */
async function goingOut(db: Database, readers: number): Promise<Edition> {
  const all = emails(readers);
  const nth = (rest: number) => all.filter((_, at) => at % 3 === rest);
  await addActive(db, nth(0));
  await addActive(db, nth(1), ['royals']);
  await addActive(db, nth(2), ['style']);
  const edition = await draft(db, { stories: STORIES });
  await freezeAudience(db, edition, NOW);
  return edition;
}

/** A mail with the headlines of its variant. */
async function composeStories(db: Database, { content }: Edition, one: Claim): Promise<Mail> {
  const { selection } = await db
    .selectFrom('variants')
    .select('selection')
    .where('id', '=', one.variantId ?? 0)
    .executeTakeFirstOrThrow();
  const headlines = storiesIn(content, selectionOf(selection)).map(({ headline }) => headline);
  const lines = [`To: <${one.email}>`, 'Subject: The news', '', ...headlines, ''];
  return { from: `b+${one.id}@paper.example`, to: one.email, raw: Buffer.from(lines.join('\r\n')) };
}

function tells(message: Buffer): boolean {
  return message.includes(WRONG.headline);
}
