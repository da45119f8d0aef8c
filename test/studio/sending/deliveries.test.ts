import { describe, expect, test } from 'vitest';
import type { EmailAddress } from '../../../src/base/text/address.ts';
import { freezeAudience } from '../../../src/delivery/audience/audience.ts';
import { claim, release } from '../../../src/delivery/engine/claim.ts';
import { settle } from '../../../src/delivery/engine/settle.ts';
import { erase, unsubscribe } from '../../../src/subscribers/subscriber-store.ts';
import { addActive, draft, subscriptionId, verdict, worker } from '../../delivery/fixture.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { story } from '../../mail/sample.ts';
import { addEdition, EDITION_ID, HERE, type OpenStudio, openStudio } from '../open-studio.ts';

const PAGE = `/studio/editions/${EDITION_ID}/deliveries`;

eachDatabase((open) => {
  test('the table lists everybody that was looked at, page by page, each once, the worst first', async () => {
    await using studio = await openStudio({ database: await open() });
    await addEdition(studio.db, {
      deliveries: { accepted: 240, rejected: 2, waiting: 1, cancelled: 1 },
      excluded: { unsubscribed: 3 },
    });
    const seen: string[] = [];
    let pages = 0;
    for (let url = PAGE; url !== ''; pages += 1) {
      const body = await get(studio, url);
      seen.push(...fates(body));
      url = /<a rel="next" href="([^"]+)"/.exec(body)?.[1]?.replaceAll('&#x3D;', '=') ?? '';
    }
    expect(pages).toBe(3);
    expect(seen).toEqual([
      ...Array.from({ length: 2 }, () => 'rejected'),
      'cancelled',
      'waiting',
      ...Array.from({ length: 240 }, () => 'accepted'),
      ...Array.from({ length: 3 }, () => 'excluded'),
    ]);
  });

  test('it can be narrowed to a state and to a reason', async () => {
    await using studio = await openStudio({ database: await open() });
    await addEdition(studio.db, {
      deliveries: { accepted: 4, rejected: 1, deferred: 1, cancelled: 2 },
      excluded: { unsubscribed: 3, paused: 1 },
    });
    await studio.db
      .updateTable('deliveries')
      .set({ detail: 'its story was pulled' })
      .where('email', '=', 'cancelled1@example.org')
      .execute();
    const listed = async (query: string) => fates(await get(studio, `${PAGE}?${query}`));
    expect(await listed('state=rejected')).toEqual(['rejected']);
    expect(await listed('state=amiss')).toEqual(['rejected', 'deferred', 'cancelled', 'cancelled']);
    expect(await listed('state=excluded')).toHaveLength(4);
    expect(await listed('state=excluded&reason=paused')).toEqual(['excluded']);
    expect(await listed('state=cancelled&reason=its+story+was+pulled')).toEqual(['cancelled']);
    expect(await listed('state=__proto__&after=nonsense')).toHaveLength(12);
    const body = await get(studio, PAGE);
    expect(body).toMatch(
      /href="[^"]+state&#x3D;excluded&amp;reason&#x3D;unsubscribed">unsubscribed <b>\(3\)<\/b>/,
    );
  });

  test('a state is told in words of editors, in the list and in its key', async () => {
    await using studio = await openStudio({ database: await open() });
    await addEdition(studio.db, { state: 'frozen', deliveries: { transmitting: 1, claimed: 2 } });
    const body = await get(studio, PAGE);
    expect(body).toContain('>being handed over <b>1</b>');
    expect(body).toContain('<span class="state claimed">on its way</span>');
    for (const page of [
      body,
      await get(studio, '/studio'),
      await get(studio, `/studio/editions/${EDITION_ID}`),
    ])
      expect(page).not.toMatch(/>\s*(claimed|transmitting|frozen)\b/);
  });

  test('“did this address get it?” is answered in a sentence, with every attempt', async () => {
    await using studio = await openStudio({ database: await open() });
    const ask = await answers(studio);
    expect(await ask('accepted@x.example')).toBe('Yes. The server accepted it, Sun 22 Nov, 08:00.');
    expect(await ask('refused@x.example')).toBe(
      'No. The server rejected it, Sun 22 Nov, 08:00: 550 5.1.1 no such user.',
    );
    expect(await ask('silent@x.example')).toMatch(/^Perhaps\. The connection dropped/);
    expect(await ask('busy@x.example')).toMatch(/^Not yet\. The server deferred it: 450 4\.2\.0 later\./);
    expect(await ask('waiting@x.example')).toBe('Not yet. It is waiting for its turn.');
    expect(await ask('left@x.example')).toBe('No. This address was excluded: unsubscribed.');
    expect(await ask('late@x.example')).toMatch(
      /^No\. This address subscribed Sun 22 Nov, 07:01, after the audience was fixed\.$/,
    );
    expect(await ask('Old@x.example')).toBe(
      'Yes. The server accepted it, Sun 22 Nov, 08:00. The reader has since moved to new@x.example.',
    );
    expect(await ask('new@x.example')).toMatch(/^Yes\..*since moved to new@x\.example\.$/);
    expect(await ask('gone@x.example')).toMatch(/^This address was deleted at its owner’s request, /);
    expect(await ask('stranger@x.example')).toBe('No. This address never subscribed.');
    const body = await get(studio, `${PAGE}?address=busy%40x.example`);
    expect(body).toMatch(
      /<td><span class="state deferred">deferred<\/span><\/td><td data-label="Last step">rcpt<\/td>/,
    );
    expect(await get(studio, `${PAGE}?address=%3Cscript%3E`)).toContain('This is not an address: ');
  });

  test('the page of one reader tells all that was prepared for them, and nothing of what they mute', async () => {
    await using studio = await openStudio({ database: await open() });
    await answers(studio);
    await studio.db.updateTable('subscribers').set({ mutes: '["illness"]' }).execute();
    const page = (address: string) => get(studio, `/studio/readers?address=${encodeURIComponent(address)}`);
    const body = await page('BUSY@x.example');
    expect(body).toContain('The one edition made for this reader was not accepted.');
    expect(body).toContain(`<a href="/studio/editions/${EDITION_ID}">`);
    expect(body).toContain('450 4.2.0 later');
    expect(body).not.toContain('illness');
    expect(await page('left@x.example')).toContain('<span class="quiet">unsubscribed</span>');
    expect(await page('old@x.example')).toContain('The reader with this address has moved to another one.');
    expect(await page('gone@x.example')).toContain('This address was deleted at its owner’s request');
    expect(await page('stranger@x.example')).toContain('This address never subscribed to anything.');
    expect(await page('nothing')).toContain('This is not an address: ');
    expect(await get(studio, '/studio/readers')).toContain('Enter an address');
  });
});

describe('saved as CSV', () => {
  test('it holds the whole choice, and nothing that a spreadsheet would compute', async () => {
    await using studio = await openStudio();
    await addEdition(studio.db, { deliveries: { accepted: 1_500, rejected: 1 }, excluded: { '=cmd()': 1 } });
    await studio.db
      .updateTable('deliveries')
      .set({ email: '+formula@example.org', detail: '=HYPERLINK("https://evil.example")', settled_at: 0 })
      .where('state', '=', 'rejected')
      .execute();
    const { headers, body } = await studio.app.inject({ url: `${PAGE}.csv`, headers: HERE });
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(headers['content-disposition']).toBe(`attachment; filename="${EDITION_ID}.csv"`);
    const lines = body.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 1_502);
    expect(lines.slice(0, 2)).toEqual([
      '"address","state","why","attempts","settled_at"',
      `"'+formula@example.org","rejected","'=HYPERLINK(""https://evil.example"")","1","1970-01-01T00:00:00.000Z"`,
    ]);
    expect(lines.at(-1)).toBe(`"erased","excluded","'=cmd()","0",""`);
    const some = await studio.app.inject({ url: `${PAGE}.csv?state=rejected`, headers: HERE });
    expect(some.body.trimEnd().split('\r\n')).toHaveLength(2);
    expect(some.headers['content-disposition']).toContain('-rejected.csv');
  });

  test('it is not there for an edition that is not', async () => {
    await using studio = await openStudio();
    for (const url of [PAGE, `${PAGE}.csv`])
      expect((await studio.app.inject({ url, headers: HERE })).statusCode).toBe(404);
  });
});

async function get(studio: OpenStudio, url: string): Promise<string> {
  const { statusCode, body } = await studio.app.inject({ url: url.replaceAll('&amp;', '&'), headers: HERE });
  expect(statusCode, url).toBe(200);
  return body;
}

function fates(body: string): string[] {
  return [...body.matchAll(/<td><span class="state \w+">(\w+)<\/span><\/td><td class="why">/g)].map(
    ([, fate]) => fate ?? '',
  );
}

/** An edition with somebody of every fate; asks of one address whether it got it. */
async function answers(studio: OpenStudio) {
  const { db, clock } = studio;
  const now = clock.now();
  const names = ['accepted', 'refused', 'silent', 'busy', 'old', 'waiting', 'left', 'gone'];
  const at = (name: string) => `${name}@x.example` as EmailAddress;
  await addActive(db, names.map(at));
  await unsubscribe(db, await subscriptionId(db, at('left')), { origin: 'x', wording: 'x', now });
  const edition = await draft(db, { stories: [story(0)] });
  await freezeAudience(db, edition, now);
  await addActive(db, [at('late')]);
  const outcomes = new Map([
    [at('refused'), verdict('rejected', 'rcpt', '550 5.1.1 no such user')],
    [at('silent'), verdict('uncertain', 'body', '')],
    [at('busy'), verdict('deferred', 'rcpt', '450 4.2.0 later')],
  ]);
  const claims = await claim(db, worker(), 20, now);
  const [waiting, tried] = [
    claims.filter(({ email }) => email === at('waiting')),
    claims.filter(({ email }) => email !== at('waiting')),
  ];
  await release(
    db,
    worker(),
    waiting.map(({ id }) => id),
  );
  const settlements = tried.map((one) => ({
    claim: one,
    policy: 'hold' as const,
    verdict: outcomes.get(one.email) ?? verdict('accepted', 'body', '250 queued'),
  }));
  await settle(db, worker(), settlements, now);
  await erase(db, at('gone'), now);
  await db
    .updateTable('subscribers')
    .set({ email: at('new'), email_key: at('new') })
    .where('email', '=', at('old'))
    .execute();
  return async (address: string) => {
    const body = await get(studio, `${PAGE}?address=${encodeURIComponent(address)}`);
    return /<p class="said">([^<]+)</.exec(body)?.[1];
  };
}
