import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addAccount, HERE, logIn, type OpenStudio, openStudio, press } from '../open-studio.ts';

const PASSWORD = 'correct horse: battery staple';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const HOME = 'http://localhost:3000';

/** A request somebody else's page could make an editor's browser send, cookies and all. */
const FOREIGN: [what: string, headers: Record<string, string>][] = [
  ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
  ['a neighbouring host, as the browser says', { 'sec-fetch-site': 'same-site', origin: HOME }],
  ['another site that borrows our origin', { 'sec-fetch-site': 'cross-site', origin: HOME }],
  ['something a browser may say one day', { 'sec-fetch-site': 'same-elsewhere' }],
  ['another origin', { origin: 'https://evil.example' }],
  ['another port of this host', { origin: 'http://localhost:3001' }],
  ['this host under another scheme', { origin: 'https://localhost:3000' }],
  ['an origin that begins like ours', { origin: 'http://localhost:3000.evil.example' }],
  ['nowhere that it would tell', { origin: 'null' }],
  ['no browser of today', {}],
  ['another site, as text', { origin: 'https://evil.example', 'content-type': 'text/plain' }],
  ['another site, as JSON', { origin: 'https://evil.example', 'content-type': 'application/json' }],
];

let studio: OpenStudio;
let session: { cookie: string };
let csrf: string;
let acts: string[];

beforeAll(async () => {
  studio = await openStudio({ studioPassword: PASSWORD });
  session = await logIn(studio, { password: PASSWORD });
  csrf = await tokenFor(session.cookie);
  acts = studio.routes
    .filter((route) => /^(?!GET|HEAD|OPTIONS)\w+ \/studio/.test(route))
    .map((route) => route.replace(/:\w+/g, '1'));
});
afterAll(() => studio[Symbol.asyncDispose]());

test('the studio has acts, and a POST is the only way to any of them', () => {
  expect(acts.length).toBeGreaterThan(8);
  expect(acts.filter((route) => !route.startsWith('POST '))).toEqual([]);
  expect(acts).toContain('POST /studio/login');
});

describe('no act is done for', () => {
  test.each(FOREIGN)('%s, even with the session and its token', async (_what, headers) => {
    for (const route of acts) {
      const answer = await send(route, { ...session, ...headers }, csrf);
      expect(answer.statusCode, route).toBe(403);
      expect(answer.body, route).toContain('This came from another site');
    }
  });
});

describe('no act is done by a page of ours', () => {
  const sameOrigin = { 'sec-fetch-site': 'same-origin' };

  test('without the token, or with any other', async () => {
    const other = await tokenFor((await logIn(studio, { password: PASSWORD })).cookie);
    expect(other).not.toBe(csrf);
    for (const route of guarded())
      for (const token of ['', 'x', csrf.slice(0, -1), `${csrf}A`, csrf.toUpperCase(), other]) {
        const answer = await send(route, { ...session, ...sameOrigin }, token);
        expect(answer.statusCode, route).toBe(403);
        expect(answer.body, route).toContain('This page is out of date');
      }
  });

  test('for somebody who is not logged in', async () => {
    for (const route of guarded()) {
      const answer = await send(route, { ...sameOrigin, referer: `${HOME}/studio` }, csrf);
      expect(answer.statusCode, route).toBe(401);
      expect(answer.body, route).toContain('You are logged out');
    }
  });

  test('and a script is told all this in JSON', async () => {
    const json = { accept: 'application/json' };
    const answers = await Promise.all([
      send('POST /studio/logout', { ...session, ...json, 'sec-fetch-site': 'cross-site' }, csrf),
      send('POST /studio/logout', { ...session, ...json, ...sameOrigin }, 'x'),
      send('POST /studio/logout', { ...json, ...sameOrigin }, csrf),
    ]);
    expect(answers.map((answer) => [answer.statusCode, answer.json().error.code])).toEqual([
      [403, 'FOREIGN_ORIGIN'],
      [403, 'STALE_FORM'],
      [401, 'LOGGED_OUT'],
    ]);
  });
});

describe('an act is done', () => {
  const OWN: [what: string, headers: Record<string, string>][] = [
    ['the browser says it is the same origin', { 'sec-fetch-site': 'same-origin' }],
    ['somebody sends a form again', { 'sec-fetch-site': 'none' }],
    ['an older browser names our origin', { origin: HOME }],
  ];

  test.each(OWN)('where %s', async (_what, headers) => {
    const answer = await send('POST /studio/editors/4711/remove', { ...session, ...headers }, csrf);
    expect(answer.statusCode).toBe(404); // nobody has that id: it was looked for
  });

  test('with the token in a header, and JSON in the body', async () => {
    const answer = await studio.app.inject({
      method: 'POST',
      url: '/studio/editors',
      headers: { ...HERE, ...session, 'sec-fetch-site': 'same-origin', 'x-csrf': csrf },
      payload: { name: '', email: 'nora@belle.example' },
    });
    expect(answer.statusCode).toBe(422);
  });

  test('under the address that PUBLIC_URL names, behind a proxy that hides it', async () => {
    await using there = await openStudio({
      rehearsal: false,
      studioPassword: PASSWORD,
      publicUrl: 'https://news.belle.example',
    });
    const ask = (origin: string) =>
      there.app.inject({
        method: 'POST',
        url: '/studio/login',
        headers: { ...FORM, host: '10.0.0.7:3000', origin },
        payload: new URLSearchParams({ password: PASSWORD }).toString(),
      });
    expect((await ask('https://news.belle.example')).statusCode).toBe(303);
    expect((await ask('https://other.belle.example')).statusCode).toBe(403);
  });

  test('by a rehearsal’s visitor without any password, with the token of the page alone', async () => {
    await using rehearsal = await openStudio();
    expect((await press(rehearsal, '/studio/editors/4711/remove')).statusCode).toBe(404);
    expect((await press(rehearsal, '/studio/editors/4711/remove', {}, { 'x-csrf': 'x' })).statusCode).toBe(
      403,
    );
  });
});

test('what takes somebody who may approve tells an editor who may not whom to ask', async () => {
  const edith = await addAccount(studio, 'edith@belle.example');
  await addAccount(studio, 'nora@belle.example', 'approve');
  await addAccount(studio, 'ada@belle.example', 'approve');
  const editing = await logIn(studio, edith);
  const answer = await press(studio, '/studio/editors', { name: 'X', email: 'x@belle.example' }, editing);
  expect(answer.statusCode).toBe(403);
  expect(answer.body).toContain('Nothing was changed. You can edit but not approve, edith. Ask ada or nora.');
  const page = await studio.app.inject({ url: '/studio/editors', headers: { ...HERE, ...editing } });
  expect(page.statusCode).toBe(403);
  expect(page.body).not.toContain('href="/studio/editors"');
});

/** All but logging in, and what whoever has a signed letter may do, whose address is a token itself. */
function guarded(): string[] {
  return acts.filter((route) => !/^POST \/studio\/(login$|review\/)/.test(route));
}

function send(route: string, headers: Readonly<Record<string, string>>, token: string) {
  const sent = { ...HERE, ...FORM, ...headers };
  const isJson = sent['content-type'] === 'application/json';
  return studio.app.inject({
    method: 'POST',
    url: route.replace(/^\w+ /, ''),
    headers: sent,
    payload: isJson ? JSON.stringify({ csrf: token }) : new URLSearchParams({ csrf: token }).toString(),
  });
}

async function tokenFor(cookie: string): Promise<string> {
  const { body } = await studio.app.inject({ url: '/studio/account', headers: { ...HERE, cookie } });
  return /<meta name="csrf" content="([^"]+)">/.exec(body)?.[1] ?? '';
}
