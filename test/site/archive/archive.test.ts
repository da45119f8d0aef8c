import { parseFeed } from 'feedsmith';
import { describe, expect, test } from 'vitest';
import { editionId } from '../../../src/editions/edition.ts';
import type { EditionSummary } from '../../../src/publishing/public-archive.ts';
import { tokenFor } from '../../helpers/tokens.ts';
import { twoNewsletters } from '../../web/sample-newsletters.ts';
import { openSite, type SiteParts } from '../open-site.ts';

const DAY = 86_400_000;
const SLOT = Date.parse('2026-11-22T07:00:00Z');
const EDITION = edition('daily', SLOT, ['The lead & more', 'Second', 'Third']);
const MAIL =
  '<!doctype html><html lang="en"><head><title>Mail</title></head><body class="mail"><h1>Edition</h1></body></html>';
const PICTURE = { url: 'http://localhost:3000/media/a.jpg', alt: 'A “tiara”', width: 1280, height: 720 };

describe('the archive', () => {
  test('lists what was sent, with dates in the newsletter’s own time zone', async () => {
    await using site = await openSite({ editions: [EDITION] });
    const { body } = await site.app.inject('/archive');
    expect(body).toContain('href="/archive/daily-20261122T0700Z">The lead &amp; more</a>');
    expect(body).toContain('<time datetime="2026-11-22T07:00:00.000Z">Sunday 22 November 2026</time>');
  });

  test('tells two editions of one day apart by their hour', async () => {
    const evening = edition('daily', SLOT + 10 * 3_600_000);
    await using site = await openSite({ editions: [EDITION, evening, edition('daily', SLOT - DAY)] });
    const { body } = await site.app.inject('/archive');
    const dates = [...body.matchAll(/<time[^>]*>([^<]+)</g)].map((found) => found[1]);
    expect(dates).toEqual([
      'Sunday 22 November 2026, 17:00',
      'Sunday 22 November 2026, 07:00',
      'Saturday 21 November 2026',
    ]);
  });

  test('invites to the first edition where there is none yet', async () => {
    await using site = await openSite();
    expect((await site.app.inject('/archive')).body).toContain('Get it from the first edition');
  });

  test('has a page for each newsletter, and says which one it is', async () => {
    await using site = await openSite({ editions: [EDITION, edition('weekend', SLOT - DAY)] });
    const { body } = await site.app.inject('/archive/weekend');
    expect(linksOf(body)).toEqual(['weekend-20261121T0700Z']);
    expect(body).toContain('<a href="/archive/weekend" aria-current="page">Weekend</a>');
    expect(linksOf((await site.app.inject('/archive')).body)).toHaveLength(2);
  });

  test('puts an edition into the month it has where its newsletter is at home', async () => {
    const midnight = edition('daily', Date.parse('2026-06-30T23:30:00Z')); // 1 July in London
    await using site = await openSite({ editions: [EDITION, midnight] });
    expect(linksOf((await site.app.inject('/archive/2026-07')).body)).toEqual([midnight.id]);
    expect(linksOf((await site.app.inject('/archive/daily/2026-07')).body)).toEqual([midnight.id]);
    expect((await site.app.inject('/archive/2026-06')).statusCode).toBe(404);
    const { body } = await site.app.inject('/archive');
    expect(monthsOf(body)).toEqual(['/archive/2026-11', '/archive/2026-07']);
  });

  test('is turned page by page, and no edition is lost or shown twice, whatever shares a slot', async () => {
    const editions = ['daily', 'weekend'].flatMap((newsletter) =>
      Array.from({ length: 35 }, (_, n) => edition(newsletter, SLOT - n * DAY)),
    );
    await using site = await openSite({ editions });
    const seen: string[] = [];
    let url = '/archive';
    for (let pages = 0; url && pages < 5; pages += 1) {
      const { body } = await site.app.inject(url);
      seen.push(...linksOf(body));
      expect(body).toContain(
        `<link rel="canonical" href="http://localhost:3000${url.replace('=', '&#x3D;')}">`,
      );
      url = /href="([^"]+)">Older editions/.exec(body)?.[1]?.replace('&#x3D;', '=') ?? '';
    }
    expect(seen).toHaveLength(70);
    expect(new Set(seen)).toEqual(new Set(editions.map(({ id }) => id)));
  });

  test.each([
    '/archive/nothing',
    '/archive/2026-13',
    '/archive/2031-01',
    '/archive/0001-01',
    '/archive/1970-01',
    '/archive/2999-12',
    '/archive/9999-12',
    '/archive/daily/2026-1',
    '/archive/daily/2031-01',
    '/archive/nothing/2026-11',
    '/archive/nothing.xml',
    '/archive/daily-20261123T0700Z',
    '/archive/..%2f..%2fetc%2fpasswd',
    '/archive/__proto__',
    '/archive/constructor',
  ])('has nothing at %s', async (url) => {
    await using site = await openSite({ editions: [EDITION], webVersions: { [EDITION.id]: 'x' } });
    expect((await site.app.inject(url)).statusCode).toBe(404);
  });

  test.each(['nonsense', 'daily-99999999T9999Z', '%00', 'a&before=b'])(
    'begins at the beginning where a page is made up: %s',
    async (before) => {
      await using site = await openSite({ editions: [EDITION] });
      expect(linksOf((await site.app.inject(`/archive?before=${before}`)).body)).toEqual([EDITION.id]);
    },
  );

  test('says of itself what it is, and where its feeds are', async () => {
    await using site = await openSite({ editions: [EDITION] });
    const { body } = await site.app.inject('/archive/daily');
    expect(body).toContain('<link rel="canonical" href="http://localhost:3000/archive/daily">');
    expect(body).toContain('<meta property="og:title" content="Past editions of The Daily Belle">');
    expect(body).toMatch(/<meta name="description" content="The stories everyone/);
    expect(body).toMatch(
      /<link rel="alternate" type="application\/rss\+xml" [^>]*href="http:\/\/localhost:3000\/archive\/daily.xml">/,
    );
    expect(body).toContain('href="http://localhost:3000/archive/daily.json">');
  });
});

describe('an edition in the archive', () => {
  const parts = { editions: [EDITION], webVersions: { [EDITION.id]: MAIL } };

  test('is the mail, shut off from the site, with a way back to the archive above it', async () => {
    await using site = await openSite(parts);
    const { statusCode, body, headers } = await site.app.inject(`/archive/${EDITION.id}`);
    expect(statusCode).toBe(200);
    expect(body).toMatch(
      /<body class="mail"><div class="over-mail"[\s\S]*Past editions[\s\S]*<h1>Edition<\/h1>/,
    );
    expect(body).toContain('<a href="/?newsletter&#x3D;daily">Get it by email</a>');
    expect(headers['content-security-policy']).toMatch(/^sandbox allow-popups .*default-src 'none'/);
    expect(headers['content-security-policy']).not.toMatch(/script-src|allow-scripts|allow-same-origin/);
    // What has no origin must not ask to be keyed by one, as every other page does.
    expect(headers).not.toHaveProperty('origin-agent-cluster');
    expect((await site.app.inject('/archive')).headers['origin-agent-cluster']).toBe('?1');
  });

  test('says of itself what it is, with its picture', async () => {
    const lead = { standfirst: 'It glittered.', picture: PICTURE };
    await using site = await openSite({ ...parts, editions: [{ ...EDITION, lead }] });
    const { body } = await site.app.inject(`/archive/${EDITION.id}`);
    const head = body.slice(0, body.indexOf('</head>'));
    for (const [property, content] of [
      ['og:title', 'The subject'],
      ['og:description', 'Before the mail'],
      ['og:type', 'article'],
      ['og:url', `http://localhost:3000/archive/${EDITION.id}`],
      ['og:site_name', 'Belle'],
      ['og:locale', 'en_GB'],
      ['og:image', PICTURE.url],
      ['og:image:width', '1280'],
      ['og:image:alt', 'A “tiara”'],
      ['article:published_time', '2026-11-22T07:00:00.000Z'],
    ])
      expect(head).toContain(`<meta property="${property}" content="${content}">`);
    expect(head).toContain(`<link rel="canonical" href="http://localhost:3000/archive/${EDITION.id}">`);
    expect(head).not.toContain('noindex');
  });

  test.each(['<h1>Edition</h1>', 'only words', '<html><p>x</p></html>', '<!doctype html><p>x</p>'])(
    'has its way back also where the mail is no whole document: %s',
    async (html) => {
      await using site = await openSite({ webVersions: { [EDITION.id]: html } });
      const { body } = await site.app.inject(`/archive/${EDITION.id}`);
      expect(body.match(/Past editions/g)).toHaveLength(1);
      expect(body.startsWith('<!doctype html>')).toBe(html.startsWith('<!doctype html>'));
      expect(body.indexOf('Past editions')).toBeLessThan(body.search(/<h1>|only|<p>x/));
    },
  );
});

describe('a newsletter that wants no search engine', () => {
  test('says so in header and page, wherever it is shown', async () => {
    await using site = await openSite(with_('noindex'));
    const pages = ['/archive', '/archive/daily', '/archive/daily/2026-11', `/archive/${EDITION.id}`];
    for (const url of pages) {
      const { statusCode, headers, body } = await site.app.inject(url);
      expect(statusCode).toBe(200);
      expect(headers['x-robots-tag']).toBe('noindex');
      expect(body).toContain('<meta name="robots" content="noindex">');
    }
    expect((await site.app.inject('/archive/daily.xml')).headers['x-robots-tag']).toBe('noindex');
    const other = await site.app.inject('/archive/weekend');
    expect(other.headers['x-robots-tag']).toBeUndefined();
    expect(other.body).not.toContain('noindex');
  });
});

describe('a newsletter without a public archive', () => {
  test('is in no index, feed or page, and its readers’ own versions still open', async () => {
    await using site = await openSite({ ...with_('off'), personalVersions: { 7: '<p>For you</p>' } });
    for (const url of [
      '/archive/daily',
      '/archive/daily/2026-11',
      '/archive/daily.xml',
      `/archive/${EDITION.id}`,
    ])
      expect((await site.app.inject(url)).statusCode).toBe(404);
    for (const url of ['/archive', '/archive.xml', '/archive.json', '/'])
      expect((await site.app.inject(url)).body).not.toContain(EDITION.id);
    const own = await site.app.inject(`/view/${await tokenFor(site, 'view', 7)}`);
    expect(own.body).toBe('<p>For you</p>');
  });

  test('leaves no archive at all where there is no other', async () => {
    const parts = with_('off');
    const newsletters = parts.file.newsletters.slice(0, 1);
    await using site = await openSite({ ...parts, file: { ...parts.file, newsletters } });
    for (const url of ['/archive', '/archive.xml', '/archive.json', '/archive/2026-11'])
      expect((await site.app.inject(url)).statusCode).toBe(404);
    expect((await site.app.inject('/')).body).not.toContain('href="/archive"');
  });
});

describe('the feed', () => {
  const HOSTILE = 'A <b>tiara</b> & ]]> “more”';
  const lead = { standfirst: 'It <i>glittered</i>.', picture: PICTURE };
  const editions = [
    { ...edition('daily', SLOT, [HOSTILE, 'Second & third']), lead },
    edition('weekend', SLOT - DAY, ['Long read']),
  ];

  test('in RSS is read back as it was meant', async () => {
    await using site = await openSite({ editions });
    const answer = await site.app.inject('/archive.xml');
    expect(answer.headers['content-type']).toBe('application/rss+xml; charset=utf-8');
    const { format, feed } = parseFeed(answer.body);
    if (format !== 'rss') throw new Error(format);
    expect(feed).toMatchObject({ title: 'Belle', link: 'http://localhost:3000/archive' });
    expect(feed.atom?.links).toEqual([
      { href: 'http://localhost:3000/archive.xml', rel: 'self', type: 'application/rss+xml' },
    ]);
    expect(feed.items).toHaveLength(2);
    expect(feed.items?.[0]).toMatchObject({
      title: HOSTILE,
      link: `http://localhost:3000/archive/${EDITION.id}`,
      guid: { value: `http://localhost:3000/archive/${EDITION.id}`, isPermaLink: true },
      pubDate: 'Sun, 22 Nov 2026 07:00:00 GMT',
      categories: [{ name: 'The Daily Belle' }],
    });
    expect(feed.items?.[0]?.description).toContain('<p>It &lt;i&gt;glittered&lt;/i&gt;.</p>');
    expect(feed.items?.[0]?.description).toContain('<li>Second &amp; third</li>');
  });

  test('in JSON is version 1.1, of one newsletter or of all', async () => {
    await using site = await openSite({ editions });
    const answer = await site.app.inject('/archive/daily.json');
    expect(answer.headers['content-type']).toBe('application/feed+json; charset=utf-8');
    expect(answer.json()).toMatchObject({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'The Daily Belle',
      home_page_url: 'http://localhost:3000/archive/daily',
      feed_url: 'http://localhost:3000/archive/daily.json',
      language: 'en',
      items: [
        {
          id: `http://localhost:3000/archive/${EDITION.id}`,
          title: HOSTILE,
          summary: 'It <i>glittered</i>.',
          image: PICTURE.url,
          date_published: '2026-11-22T07:00:00.000Z',
          tags: ['The Daily Belle'],
        },
      ],
    });
    expect((await site.app.inject('/archive.json')).json().items).toHaveLength(2);
  });

  test.each(['/archive.xml', '/archive/daily.json'])('at %s is not sent twice to who has it', async (url) => {
    await using site = await openSite({ editions });
    const { headers } = await site.app.inject(url);
    const again = (sent: Record<string, string>) => site.app.inject({ url, headers: sent });
    const etag = String(headers.etag);
    const modified = String(headers['last-modified']);
    expect(modified).toBe('Sun, 22 Nov 2026 07:00:00 GMT');
    for (const known of [
      { 'if-none-match': etag },
      { 'if-none-match': `"old", W/${etag}` },
      { 'if-modified-since': modified },
    ]) {
      const answer = await again(known);
      expect(answer.statusCode).toBe(304);
      expect(answer.body).toBe('');
      expect(answer.headers.etag).toBe(etag);
    }
    for (const old of [
      { 'if-none-match': '"old"', 'if-modified-since': modified },
      { 'if-modified-since': 'Sat, 21 Nov 2026 07:00:00 GMT' },
      { 'if-modified-since': 'yesterday' },
    ])
      expect((await again(old)).statusCode).toBe(200);
  });

  test('is a feed also before the first edition', async () => {
    await using site = await openSite();
    expect(parseFeed((await site.app.inject('/archive.xml')).body).feed.title).toBe('Belle');
    expect((await site.app.inject('/archive.json')).json().items).toEqual([]);
  });
});

describe('what is the same for everybody', () => {
  const parts = { editions: [EDITION], webVersions: { [EDITION.id]: MAIL } };

  test.each([
    `/archive/${EDITION.id}`,
    '/archive',
    '/archive/daily',
    '/archive/2026-11',
    '/archive.xml',
    '/archive.json',
  ])('%s has a tag and a time to be kept, and who has it already is told so', async (path) => {
    await using site = await openSite(parts);
    const { headers, statusCode } = await site.app.inject(path);
    expect(statusCode).toBe(200);
    expect(headers['cache-control']).toMatch(/^public, max-age=\d+$/);
    const known = { 'if-none-match': `"other", W/${headers.etag}` };
    const again = await site.app.inject({ url: path, headers: known });
    expect(again).toMatchObject({ statusCode: 304, body: '' });
    expect(again.headers).toMatchObject({ etag: headers.etag, 'cache-control': headers['cache-control'] });
    expect((await site.app.inject({ url: path, headers: { 'if-none-match': '"old"' } })).statusCode).toBe(
      200,
    );
  });

  test('another language is another page, with a tag of its own, and caches are told', async () => {
    await using site = await openSite(parts);
    const inLanguage = (language: string) =>
      site.app.inject({ url: `/archive/${EDITION.id}`, headers: { 'accept-language': language } });
    const [english, german] = [await inLanguage('en'), await inLanguage('de')];
    expect(german.headers.etag).not.toBe(english.headers.etag);
    expect(german.headers.vary).toContain('accept-language');
    expect((await inLanguage('en')).body).toBe(english.body);
  });

  test('a page that is not there is kept by nobody', async () => {
    await using site = await openSite(parts);
    for (const path of ['/archive/daily-20260101T0700Z', '/archive/2020-01']) {
      const { statusCode, headers } = await site.app.inject(path);
      expect(statusCode).toBe(404);
      expect(headers['cache-control'] ?? '').not.toContain('public');
    }
  });
});

function edition(
  newsletterId: string,
  slot: number,
  headlines: readonly string[] = ['Lead'],
): EditionSummary {
  return { id: editionId(newsletterId, slot), newsletterId, slot, title: 'An edition', headlines };
}

/** Two newsletters, of which the daily keeps its archive so. */
function with_(archive: 'noindex' | 'off') {
  const file = twoNewsletters();
  const newsletters = file.newsletters.map((one) => (one.id === 'daily' ? { ...one, archive } : one));
  return {
    file: { ...file, newsletters },
    editions: [EDITION, edition('weekend', SLOT - DAY)],
    webVersions: { [EDITION.id]: MAIL },
  } satisfies SiteParts;
}

/** The editions a page lists, in its order. */
function linksOf(body: string): string[] {
  return [...body.matchAll(/<h[23][^>]*><a href="\/archive\/([^"]+)"/g)].map((found) => found[1] ?? '');
}

function monthsOf(body: string): string[] {
  return [...body.matchAll(/<li><a href="(\/archive\/[^"]*\d{4}-\d{2})"/g)].map((found) => found[1] ?? '');
}
