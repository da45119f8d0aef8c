import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../../src/base/clock.ts';
import { hashPassword, isPassword } from '../../../src/editors/password.ts';
import { approve, hold, unhold } from '../../../src/publishing/acts.ts';
import { guess, guessLimits } from '../../../src/studio/attempts.ts';
import { SILENT } from '../../delivery/fixture.ts';
import { eachDatabase } from '../../helpers/databases.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';
import { addDraft, NEXT } from '../desk/desk-sample.ts';
import { addAccount, HERE, logIn, type OpenStudio, openStudio, press } from '../open-studio.ts';

/** Names that some page of the studio looks for in its address or a form. */
const ASKED =
  'address after as asked at back before colours csrf did done edit email for html name newsletter next old open other out page part password pictures q reader reason role seen section show source state stamp story subject text to width with'.split(
    ' ',
  );

/** What a person never sends, and somebody who looks for holes does. */
const ODD: [what: string, value: (name: string) => string][] = [
  ['twice', (name) => `${name}=1&${name}=2`],
  ['as a list', (name) => `${name}[]=1`],
  ['as what every object has', (name) => `${name}=constructor`],
  ['as a prototype', (name) => `${name}=__proto__`],
  ['very long', (name) => `${name}=${'9'.repeat(3000)}`],
  ['in broken letters', (name) => `${name}=%ff%00%ed%a0%80`],
  ['with wildcards', (name) => `${name}=%25_%25'%22%3B--`],
];

test.each(ODD)('no page fails where everything is asked %s', async (_what, value) => {
  await using studio = await openStudio();
  await addDraft(studio);
  for (const url of pagesOf(studio)) {
    const answer = await studio.app.inject({ url: `${url}?${ASKED.map(value).join('&')}`, headers: HERE });
    expect(answer.statusCode, url).toBeLessThan(500);
  }
});

/** What only a script would send. */
const BODIES: [what: string, body: unknown][] = [
  ['nothing', {}],
  ['a list', []],
  ['a word', 'x'],
  ['nothing at all', null],
  [
    'objects for words',
    Object.fromEntries(
      [...ASKED, 'seen', 'open', 'revision', 'moment', 'subjects'].map((name) => [
        name,
        { toString: 1, valueOf: 1 },
      ]),
    ),
  ],
  [
    'lists for words',
    Object.fromEntries(
      [...ASKED, 'seen', 'open', 'revision', 'moment', 'subjects'].map((name) => [name, [[1], {}]]),
    ),
  ],
  [
    'numbers beyond all',
    Object.fromEntries(
      [...ASKED, 'seen', 'open', 'revision', 'moment', 'subjects'].map((name) => [name, 1e300]),
    ),
  ],
  ['an edit of nothing', { seen: 0, edit: '{"kind":"move","story":{"a":1},"section":[]}' }],
  ['an edit as deep as a well', { seen: 0, edit: '['.repeat(60_000) }],
  ['an edit of itself', { seen: 0, edit: '{"kind":"tags","story":1,"tags":["__proto__"]}' }],
];

test.each(BODIES)('no act fails where it is sent %s', async (_what, body) => {
  await using studio = await openStudio();
  await addDraft(studio);
  const page = await studio.app.inject({ url: '/studio/account', headers: HERE });
  const [, csrf = ''] = /<meta name="csrf" content="([^"]+)">/.exec(page.body) ?? [];
  for (const url of actsOf(studio)) {
    const answer = await studio.app.inject({
      method: 'POST',
      url,
      headers: {
        ...HERE,
        'sec-fetch-site': 'same-origin',
        'x-csrf': csrf,
        'content-type': 'application/json',
      },
      payload: JSON.stringify(body),
    });
    expect(answer.statusCode, url).toBeLessThan(500);
  }
});

test('who may edit and not approve does nothing that lets mail go, stops it for good, or lets others in', async () => {
  await using studio = await openStudio();
  await addDraft(studio);
  const editing = await logIn(studio, await addAccount(studio, 'edith@belle.example'));
  const refused: string[] = [];
  for (const url of actsOf(studio).filter((one) => !/\/(login|logout|review\/.*)$/.test(one))) {
    const answer = await press(studio, url, {}, { ...editing, accept: 'application/json' });
    if (answer.statusCode === 403) refused.push(`${answer.json().error.code} ${url}`);
  }
  expect(refused.toSorted()).toEqual(
    [
      ...['approve', 'send-now', 'let-go-on', 'schedule', 'skip', 'unskip', 'resume', 'cancel'].map(
        (act) => `ROLE_MISSING /studio/editions/${NEXT}/${act}`,
      ),
      ...['pause', 'resume', 'slots/1/skip', 'slots/1/unskip'].map(
        (act) => `ROLE_MISSING /studio/newsletters/daily/${act}`,
      ),
      'ROLE_MISSING /studio/editors',
      ...['role', 'remove', 'password'].map((act) => `ROLE_MISSING /studio/editors/1/${act}`),
    ].toSorted(),
  );
});

test('the log says who acted, and holds nobody’s address', async () => {
  await using studio = await openStudio();
  await addDraft(studio);
  const said: unknown[] = [];
  const note = (facts: unknown) => said.push(facts);
  const log = { ...SILENT, info: note, warn: note };
  const deps = { ...studio.house.publishing, log };
  await hold(deps, NEXT, { by: 'Nora' });
  await unhold(deps, NEXT, { by: 'desk@paper.example' });
  await approve(deps, NEXT, { revision: 0, by: 'desk@paper.example' });
  expect(said).toMatchObject([{ by: 'Nora' }, { by: 'd…@paper.example' }, { by: 'd…@paper.example' }]);
  expect(JSON.stringify(said)).not.toContain('desk@');
});

eachDatabase((open) => {
  test('tests are rationed also where they are asked for all at once', async () => {
    await using studio = await openStudio({ database: await open() });
    await addDraft(studio);
    const to = (at: number) =>
      Array.from({ length: 10 }, (_, n) => `stranger-${at}-${n}@elsewhere.example`).join(' ');
    const ask = (at: number) =>
      press(studio, `/studio/editions/${NEXT}/test`, { to: to(at), as: 'everything' });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, at) => ask(at)));
    expect(answers.filter(({ statusCode }) => statusCode === 303).length).toBe(6);
    const sent = await studio.db.selectFrom('deliveries').select('id').where('kind', '=', 'test').execute();
    expect(sent.length).toBe(60);
  });
});

test('pages of others may lead to the studio, and load nothing from it', async () => {
  await using studio = await openStudio();
  await addDraft(studio);
  const ask = (url: string, site: string, mode: string) =>
    studio.app.inject({ url, headers: { ...HERE, 'sec-fetch-site': site, 'sec-fetch-mode': mode } });
  for (const site of ['cross-site', 'same-site']) {
    for (const url of [...pagesOf(studio), '/studio/live', `/studio/editions/${NEXT}/live`])
      expect((await ask(url, site, 'no-cors')).statusCode, url).toBe(403);
    expect((await ask('/studio', site, 'cors')).statusCode).toBe(403);
    expect((await ask('/studio', site, 'navigate')).statusCode).toBe(200);
  }
  for (const site of ['same-origin', 'none'])
    expect((await ask('/studio', site, 'no-cors')).statusCode).toBe(200);
});

test('nothing opens a stream of events but who listens to it', async () => {
  await using studio = await openStudio();
  await addDraft(studio);
  for (const url of ['/studio/live', `/studio/editions/${NEXT}/live`])
    expect((await studio.app.inject({ method: 'HEAD', url, headers: HERE })).statusCode, url).toBe(404);
});

describe('who guesses at passwords', () => {
  test('never locks an editor out where they have been in before', async () => {
    const clock = new ManualClock('2026-11-22T08:00:00Z');
    const limits = guessLimits(clock);
    const at = (network: string, opened?: string) =>
      guess(limits, { network, account: 'nora' }, async () => opened);
    await at('home', 'in');
    for (let time = 0; time < 40; time += 1) {
      await at(`stranger ${time}`);
      clock.advance(MINUTE_MS);
    }
    expect(await at('elsewhere', 'in')).toMatchObject({ looked: false });
    expect(await at('home', 'in')).toEqual({ looked: true, opened: 'in' });
    // It is no way to guess on: a network has its own waits.
    for (let time = 0; time < 10; time += 1) await at('home');
    expect(await at('home', 'in')).toEqual({ looked: false, wait: MINUTE_MS });
  });

  test('from everywhere at once waits in a line that has an end, and holds up nothing else', async () => {
    const limits = guessLimits(new ManualClock('2026-11-22T08:00:00Z'));
    const kept = await hashPassword('correct horse: battery staple');
    let looked = 0;
    const all = Array.from({ length: 200 }, (_, at) =>
      guess(limits, { network: `network ${at}`, account: `account ${at}` }, async () => {
        const right = await isPassword('a guess', kept);
        looked += 1;
        return right || undefined;
      }),
    );
    await stat(import.meta.filename);
    expect(looked).toBeLessThan(8); // with all threads at work, files come after the last of them
    const answers = await Promise.all(all);
    expect(answers.filter((one) => one.looked).length).toBe(16);
    expect(answers.at(-1)).toEqual({ looked: false, wait: 10_000 });
    expect(await guess(limits, { network: 'home', account: 'nora' }, async () => 'in')).toMatchObject({
      opened: 'in',
    });
  }, 60_000);
});

function actsOf({ routes }: OpenStudio): string[] {
  return routes
    .filter((route) => route.startsWith('POST /studio'))
    .map((route) =>
      route
        .slice('POST '.length)
        .replace(/editions\/:id/, `editions/${NEXT}`)
        .replace(/newsletters\/:id/, 'newsletters/daily')
        .replace(/:\w+/g, '1'),
    );
}

/** Of everything that can be looked at, with a draft in the place of whatever an address names. */
function pagesOf({ routes }: OpenStudio): string[] {
  return routes
    .filter((route) => /^GET \/studio/.test(route) && !/\/(live|assets\/.*)$/.test(route))
    .map((route) =>
      route
        .slice('GET '.length)
        .replace(/editions\/:id/, `editions/${NEXT}`)
        .replace(/:\w+/g, '1'),
    );
}
