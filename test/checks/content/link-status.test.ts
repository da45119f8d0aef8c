import { describe, expect, test } from 'vitest';
import { guardedFetch } from '../../../src/articles/fetching/guarded-fetch.ts';
import {
  type FetchLink,
  followable,
  linkFetcher,
  linkStatus,
} from '../../../src/checks/content/link-status.ts';
import { NO_VALIDATORS, serve, USER_AGENT } from '../../articles/fetching/loopback.ts';
import { LINKS, story } from '../../mail/sample.ts';
import { said, soundMail } from '../sound-mail.ts';

/** The real guard, opened for the loopback server of the test. */
const fetchLink: FetchLink = (address) =>
  guardedFetch(address, {
    userAgent: USER_AGENT,
    validators: NO_VALIDATORS,
    allowPrivate: true,
    limits: { headersMs: 300, totalMs: 600, wireBytes: 1_000, bodyBytes: 1_000 },
  });

const link = (href: string, words = 'A story') => `<a href="${href}">${words}</a>`;

/** `/404` is answered 404, `/200` with more than anybody wants to read, `/hang` not at all. */
const answering = () =>
  serve((request, response) => {
    const status = Number(/\d{3}/.exec(request.url ?? '')?.[0] ?? 0);
    if (status > 0) response.writeHead(status).end('x'.repeat(5_000));
  });

async function findingsAt(path: string, lead = '/200') {
  await using server = await answering();
  const stories = [story(0, { link: server.url + lead }), story(1, { link: server.url + path })];
  return await linkStatus(soundMail({ stories }), fetchLink);
}

describe('a story', () => {
  test.each([
    ['/404', 'advisory: The page is gone: the server answered 404 (there is nothing at this address)'],
    ['/410', 'advisory: The page is gone: the server answered 410 (it is gone for good)'],
    ['/503', 'advisory: The page could not be fetched: the server answered 503 (it is overloaded or down)'],
    ['/403', 'advisory: The link could not be checked: the server answered 403 (forbidden)'],
    ['/429', 'advisory: The link could not be checked: the server answered 429 (we asked too often)'],
    ['/hang', 'advisory: The link could not be checked: no answer within 0.3 s'],
  ])('whose page answers %s', async (path, finding) => {
    const findings = await findingsAt(path);
    expect(said(findings)).toEqual([finding]);
    expect(findings[0]?.where).toMatchObject({ part: 'links', story: 'Headline number 1' });
  });

  test('that leads blocks when it is gone, and only then', async () => {
    expect(await findingsAt('/200', '/404')).toMatchObject([
      { severity: 'blocking', where: { story: 'Headline number 0' } },
    ]);
    expect(await findingsAt('/200', '/500')).toMatchObject([{ severity: 'advisory' }]);
  });

  test('that is there is fine, however long its page', async () => {
    expect(await findingsAt('/200')).toEqual([]);
  });

  test('of a host that does not exist is pointed out', async () => {
    const gone: FetchLink = async () => ({
      kind: 'failed',
      reason: { code: 'no-such-host', host: 'paper.example' },
    });
    expect(said(await linkStatus(soundMail(), gone))[0]).toBe(
      'advisory: The page could not be fetched: there is no host paper.example',
    );
  });
});

test('each address is asked once, and never one that acts for a reader', async () => {
  await using server = await answering();
  const at = (path: string) => server.url + path;
  const personal = ['unsubscribe', 'preferences', 'view', 'confirm'] as const;
  const body = [
    link(at('/200')),
    link(at('/200#comments'), 'Comments'),
    link(at('/200')),
    link(at('/list/unsubscribe?id=1')),
    link(at('/newsletter/opt-out')),
    link(at('/d%C3%A9sabonnement')),
    link(at('/abmelden')),
    link(at('/200?x=1'), 'Unsubscribe from our partner'),
    link('mailto:leave@paper.example'),
    link(LINKS.archive('daily')),
    ...personal.map((name) => link(LINKS[name]('AAAA'))),
  ].join('');
  const mail = soundMail({ body });
  expect([...followable(mail)]).toEqual([at('/200')]);
  expect(await linkStatus(mail, fetchLink)).toEqual([]);
  expect(server.asked).toEqual(['/200']);
});

test('few are asked at once', async () => {
  let underWay = 0;
  let most = 0;
  const slowly: FetchLink = async () => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay -= 1;
    return { kind: 'unchanged' };
  };
  const stories = Array.from({ length: 20 }, (_, bit) => story(bit));
  await linkStatus(soundMail({ stories }), slowly);
  expect(most).toBe(6);
});

test('what the command fetches with keeps away from addresses that are not public', async () => {
  await using server = await answering();
  const stories = [story(0, { link: `${server.url}/200` })];
  const [finding] = await linkStatus(soundMail({ stories }), linkFetcher('https://news.example'));
  expect(finding).toMatchObject({ severity: 'advisory' });
  expect(finding?.says).toMatch(/^The link could not be checked: port \d+ is not 80 or 443$/);
  expect(server.asked).toEqual([]);
});
