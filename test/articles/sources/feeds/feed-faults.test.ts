import { describe, expect, test } from 'vitest';
import { collectFrom, item, NOW, readFrom, rss, serveBody } from '../../fetching/loopback.ts';

const NAMESPACES =
  'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"';
const feed = (items: string) => rss(items, NAMESPACES);
const entry = (fields: string) => item(`<title>Otters return</title>${fields}`);
const cdata = (html: string) => `<description><![CDATA[${html}]]></description>`;

async function headlines(body: string | Buffer, headers: Record<string, string> = {}): Promise<string[]> {
  return (await collectFrom(body, headers)).articles.map(({ headline }) => headline);
}

async function only(fields: string) {
  const { articles, refused } = await collectFrom(feed(entry(fields)));
  if (!articles[0]) throw new Error(JSON.stringify(refused));
  return articles[0];
}

describe('the date of an entry', () => {
  test.each([
    '<dcterms:issued>2020-11-08T07:00:00Z</dcterms:issued>',
    '<dcterms:modified>2020-11-08T07:00:00Z</dcterms:modified>',
    '<dc:date>2020-11-08T07:00:00Z</dc:date>',
    '<date>2020-11-08T07:00:00Z</date>',
    '<published>2020-11-08T07:00:00Z</published>',
    '<a10:updated>2020-11-08T07:00:00Z</a10:updated>',
    '<pubDate>no idea</pubDate><dc:date>2020-11-08T07:00:00Z</dc:date>',
    '<PUBDATE>Sunday, November 8, 2020 - 07:00</PUBDATE>',
  ])('is found in %s', async (field) => {
    expect(await only(field)).toMatchObject({ publishedAt: Date.UTC(2020, 10, 8, 7), dated: true });
  });

  test('that cannot be read is reported, and so is one that never ends', async () => {
    const { articles, refused } = await collectFrom(
      feed(
        [
          entry('<pubDate>the day before the fair</pubDate>'),
          item(`<title>B</title><pubDate>${'('.repeat(300_000)}</pubDate>`, 'https://news.example/b'),
        ].join(''),
      ),
    );
    expect(articles.map(({ dated }) => dated)).toEqual([false, false]);
    expect(refused).toEqual([
      expect.objectContaining({
        what: 'Otters return',
        reason: 'its date cannot be read: the day before the fair',
        partly: true,
      }),
      expect.objectContaining({ what: 'B', partly: true }),
    ]);
  });

  test('is long ago where a feed without dates is collected for the first time, and that is said', async () => {
    const items = [1, 2, 3].map((n) => item(`<title>Old ${n}</title>`, `https://news.example/${n}`)).join('');
    await using server = await serveBody(feed(items));
    const first = await readFrom(server.url, {}, { isFirst: true });
    if (first.kind !== 'collected') throw new Error(first.kind);
    expect(first.articles.every(({ publishedAt }) => publishedAt < NOW - 300 * 86_400_000)).toBe(true);
    expect(first.refused).toEqual([expect.objectContaining({ what: 'Old 1 and 2 more', partly: true })]);
    const later = await readFrom(server.url);
    expect(later).toMatchObject({
      refused: [],
      articles: [{ publishedAt: NOW }, { publishedAt: NOW }, { publishedAt: NOW }],
    });
  });

  test('without a zone is by the clock of its source', async () => {
    await using server = await serveBody(feed(entry('<pubDate>2020-11-08 07:00</pubDate>')));
    expect(await readFrom(server.url, {}, { time_zone: 'America/New_York' })).toMatchObject({
      articles: [{ publishedAt: Date.UTC(2020, 10, 8, 12) }],
    });
  });
});

describe('entries', () => {
  test('whose links differ behind "#" are different articles, and readers get the link as it was written', async () => {
    const links = [
      'https://news.example/log#may',
      'https://news.example/log#june',
      'https://news.example/log?utm_source=rss#july',
      'https://news.example/app#/story/7',
    ];
    const { articles } = await collectFrom(
      feed(links.map((link, at) => item(`<title>Log ${at}</title>`, link)).join('')),
    );
    expect(articles.map(({ address }) => address)).toEqual(links);
    expect(new Set(articles.map(({ link }) => link)).size).toBe(4);
    expect(articles[2]?.link).toBe('https://news.example/log#july');
  });

  test('that share a link are told apart by guid, and by it alone where the link is that of the whole feed', async () => {
    const guided = (title: string, guid: string, link: string) =>
      item(`<title>${title}</title><guid isPermaLink="false">${guid}</guid>`, link);
    const { articles, refused } = await collectFrom(
      rss(
        `<link>https://news.example/</link>${[
          guided('Notice one', 'n1', 'https://news.example/board'),
          guided('Notice two', 'n2', 'https://news.example/board'),
          guided('Notice two', 'n3', 'https://news.example/board?utm_medium=x'),
          guided('Alone today', 'n4', 'https://news.example'),
          guided('Its own page', 'n5', 'https://news.example/own'),
        ].join('')}`,
      ),
    );
    expect(articles.map(({ link }) => link)).toEqual([
      'https://news.example/board#guid:n1',
      'https://news.example/board#guid:n2',
      'https://news.example/board#guid:n3',
      'https://news.example/#guid:n4',
      'https://news.example/own',
    ]);
    expect(articles[0]?.address).toBe('https://news.example/board');
    expect(refused).toEqual([]);
  });

  test.each([
    ['<link href="https://news.example/l1"/>', 'https://news.example/l1'],
    ['<link></link><link>https://news.example/l2</link>', 'https://news.example/l2'],
    ['<guid isPermaLink="false">https://news.example/?p=5</guid>', 'https://news.example/?p=5'],
    ['<link rel="self" href="https://news.example/self"/>', 'https://news.example/self'],
    [
      '<guid>4711</guid><enclosure url="https://news.example/17.mp3" type="audio/mpeg"/>',
      'https://news.example/17.mp3',
    ],
    ['<link>https://news.example/a?x=1&amp;amp;y=2</link>', 'https://news.example/a?x=1&y=2'],
    ['<link>\n  https://news.example/white\n </link>', 'https://news.example/white'],
    ['<link><![CDATA[https://news.example/section]]></link>', 'https://news.example/section'],
    ['<link>//news.example/half</link>', 'http://news.example/half'],
    ['<link>www.news.example/www</link>', 'http://www.news.example/www'],
    [
      '<media:content url="https://news.example/film.mp4" type="video/mp4"/>',
      'https://news.example/film.mp4',
    ],
  ])('lead as a last resort where they can: %s', async (fields, address) => {
    const { articles } = await collectFrom(feed(`<item><title>T</title>${fields}</item>`));
    expect(articles[0]?.address).toBe(address);
  });

  test('have links that a database can index, however long their guids are', async () => {
    const guided = (title: string, guid: string) =>
      item(
        `<title>${title}</title><guid isPermaLink="false">${guid}</guid>`,
        `https://news.example/${'x'.repeat(1900)}`,
      );
    const long = '鳥'.repeat(5000);
    const { articles } = await collectFrom(feed(`${guided('One', `${long}1`)}${guided('Two', `${long}2`)}`));
    expect(articles.map(({ headline }) => headline)).toEqual(['One', 'Two']);
    for (const { link } of articles) expect(Buffer.byteLength(link)).toBeLessThan(2500);
  });

  test('without a title have one of their first words', async () => {
    const { articles } = await collectFrom(
      feed(
        [
          item(
            '<description>&lt;p&gt;The otter is back under the bridge.&lt;/p&gt;</description>',
            'https://news.example/1',
          ),
          item(
            cdata(`<p>Two pups were seen today. ${'They swam on and on. '.repeat(20)}</p>`),
            'https://news.example/2',
          ),
          item(
            `<media:title>Film of pups</media:title><media:description>They swim.</media:description>`,
            'https://news.example/3',
          ),
          item(cdata('<img src="https://news.example/a.jpg">'), 'https://news.example/4'),
        ].join(''),
      ),
    );
    expect(articles.map(({ headline, standfirst }) => [headline, standfirst.slice(0, 20)])).toEqual([
      ['The otter is back under the bridge.', ''],
      ['Two pups were seen today.', 'Two pups were seen t'],
      ['Film of pups', 'They swim.'],
    ]);
  });

  test('have by-lines without mail addresses', async () => {
    const authors = async (field: string) => (await only(field)).author;
    expect(await authors('<author>ada@news.example (Ada Brook)</author>')).toBe('Ada Brook');
    expect(await authors('<author>Ada Brook &lt;ada@news.example&gt;</author>')).toBe('Ada Brook');
    expect(await authors('<author>Ada Brook, mailto:ada@news.example</author>')).toBe('Ada Brook');
    expect(await authors('<author>ada@news.example</author>')).toBe('');
    expect(await authors('<author>noreply@news.example (Unknown)</author>')).toBe('');
    expect(
      await authors('<dc:creator>Ada &amp; Tom</dc:creator><dc:creator>ada@news.example</dc:creator>'),
    ).toBe('Ada & Tom');
    expect(
      await authors(
        '<a10:author><a10:name>Ada Brook</a10:name><a10:email>ada@news.example</a10:email></a10:author>',
      ),
    ).toBe('Ada Brook');
  });

  test('take their links from the channel’s and their pictures from their own page', async () => {
    const { articles } = await collectFrom(
      rss(
        `<link>https://news.example/blog/</link>${[
          item(`<title>A</title>${cdata('<p>x</p><img src="heron.jpg">')}`, '2020/a/'),
          item(`<title>B</title>${cdata('<p>x</p><img src="/heron.jpg">')}`, '/b'),
        ].join('')}`,
      ),
    );
    expect(articles.map(({ address, picture }) => [address, picture?.url])).toEqual([
      ['https://news.example/blog/2020/a/', 'https://news.example/blog/2020/a/heron.jpg'],
      ['https://news.example/b', 'https://news.example/heron.jpg'],
    ]);
    const atom = await collectFrom(
      `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>C</title><id>1</id><link href="https://news.example/c/"/><content type="html" xml:base="https://cdn.example/c/">&lt;img src="h.jpg"&gt;</content></entry></feed>`,
    );
    expect(atom.articles[0]?.picture?.url).toBe('https://cdn.example/c/h.jpg');
  });
});

describe('pictures', () => {
  test.each([
    ['<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-lazy-src="https://i.example/real.jpg">'],
    ['<img src="/wp-content/plugins/x/blank.gif" data-src="https://i.example/real.jpg">'],
    ['<img data-original="https://i.example/real.jpg" src="https://i.example/images/placeholder.png">'],
    [
      '<img srcset="https://i.example/s.jpg 320w, https://i.example/real.jpg 1280w, https://i.example/m.jpg 640w">',
    ],
    [
      '<img src="https://i.example/s.jpg" data-srcset="https://i.example/s.jpg 1x, https://i.example/real.jpg 2x">',
    ],
    [
      '<picture><source srcset="https://i.example/real.jpg 1200w, https://i.example/s.jpg 300w"><img src="data:,"></picture>',
    ],
    ['<picture><source srcset="https://i.example/real.jpg"></picture>'],
    ['<noscript><img src="https://i.example/real.jpg"></noscript>'],
    ['<img class="avatar" src="https://i.example/nora.jpg"><img src="https://i.example/real.jpg">'],
    ['<img src="https://secure.gravatar.com/avatar/1?s=96"><img src="https://i.example/real.jpg">'],
    ['<img class="emoji" src="https://i.example/x/1f600.png"><img src="https://i.example/real.jpg">'],
    ['<img src="https://img.shields.io/x"><img src="https://i.example/real.jpg">'],
    ['<img src="https://i.example/plan.SVG?v=2"><img src="https://i.example/real.jpg">'],
    ['<img src="https://i.example/x.gif" style="height:1px"><img src="https://i.example/real.jpg">'],
    ['<img src="https://i.example/x.gif" height="1"><img src="https://i.example/real.jpg">'],
    ['<img style="display: none" src="https://i.example/x.gif"><img src="https://i.example/real.jpg">'],
    ['<video poster="https://i.example/real.jpg" src="x.mp4"></video>'],
    ['<amp-img src="https://i.example/real.jpg" width="600" height="400"></amp-img>'],
  ])('are found, and what is none is passed over: %s', async (html) => {
    expect((await only(cdata(`<p>Text</p>${html}`))).picture?.url).toBe('https://i.example/real.jpg');
  });

  test('that may not be had have others after them, each once, with their words', async () => {
    const article = await only(
      `<media:content url="https://i.example/a.jpg" medium="image"/>${cdata('<figure><img src="https://i.example/a.jpg" alt="An otter"><figcaption>It dives.</figcaption></figure><img src="https://i.example/b.jpg">')}<media:thumbnail url="https://i.example/t.jpg" width="150"/>`,
    );
    expect(article.picture).toEqual({
      url: 'https://i.example/a.jpg',
      alt: 'An otter',
      caption: 'It dives.',
    });
    expect(article.otherPictures?.map(({ url }) => url)).toEqual([
      'https://i.example/b.jpg',
      'https://i.example/t.jpg',
    ]);
  });
});

describe('nothing that is markup is shown, and nothing is lost that is text:', () => {
  const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const html = '<p class="x">An <em>otter</em> dives &amp; swims.</p><p>It&#146;s cold.</p>';

  test.each([0, 1, 2, 3, 4])('escaped %i times too often', async (times) => {
    let text = escaped(html);
    for (let n = 0; n < times; n += 1) text = escaped(text);
    const { articles } = await collectFrom(
      feed(item(`<title>${text}</title><description>${text}</description><dc:creator>${text}</dc:creator>`)),
    );
    expect(articles[0]).toMatchObject({
      headline: 'An otter dives & swims. It’s cold.',
      standfirst: 'An otter dives & swims.',
      paragraphs: ['It’s cold.'],
      author: 'An otter dives & swims. It’s cold.',
    });
  });

  test.each([
    ['<iframe src="x"/>'],
    ['<video src="x"/>'],
    ['<script src="x"/>'],
    ['<canvas/>'],
    ['<object data="x"/>'],
    ['<object data="x"><param name="a"><embed src="y"></object>'],
    ['<object data="x">'],
    ['<iframe src="x">'],
    ['<audio controls>'],
    ['<style>'],
    ['<title>'],
    ['<noscript>'],
    ['<!-- '],
    ['<nav hidden>'],
    ['<svg>'],
    ['<![CDATA['],
    ['<button>'],
    ['<p hidden>'],
  ])('the text behind %s', async (element) => {
    const article = await only(
      cdata(`<p>Before.</p>${element.replace('<![CDATA[', '&lt;![CDATA[')}<p>Behind.</p><p>The end.</p>`),
    );
    expect([article.standfirst, ...article.paragraphs]).toEqual(['Before.', 'Behind.', 'The end.']);
  });

  test.each([
    ['<form action="x"><p>An otter dives.</p></form>', 'An otter dives.'],
    [
      '<p>An otter dives.</p><form>Your address <input name="a"><button>Sign up</button></form>',
      'An otter dives.',
    ],
    ['<p>5 < 6, and 7 > 6 &lt;3</p>', '5 < 6, and 7 > 6 <3'],
    ['<p>The <code>&lt;table&gt;</code> element</p>', 'The <table> element'],
    ['<p style="display:none">Preview.</p><p>An otter dives.</p>', 'An otter dives.'],
    ['An otter dives. <a href="https://news.example/x?a=b', 'An otter dives.'],
    ['<p>An otter dives.</p><o:p></o:p><my-widget id="1"></my-widget>', 'An otter dives.'],
    ['&lt;!-- wp:paragraph --&gt;&lt;p&gt;An otter dives.&lt;/p&gt;', 'An otter dives.'],
    ['<p>An otter dives<br/>and swims.</p>', 'An otter dives and swims.'],
  ])('%s', async (text, told) => {
    const article = await only(cdata(text));
    expect([article.standfirst, ...article.paragraphs].join(' ')).toBe(told);
  });

  test.each([
    ['<title><b>Otters</b> return</title>', 'Otters return'],
    [
      '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Otters <i>return</i></div></title>',
      'Otters return',
    ],
    ['<title>&lt;em&gt;Otters&lt;/em&gt; return</title>', 'Otters return'],
    ['<title><![CDATA[Otters &amp;amp; pups]]></title>', 'Otters & pups'],
    ['<title>Otters &eacute;t&nbsp;pups</title>', 'Otters ét pups'],
    ['<title>I <3 otters</title>', 'I <3 otters'],
    ['<title>Otters a<b in maths</title>', 'Otters a<b in maths'],
    ['<title>5 < 6</title>', '5 < 6'],
  ])('in the title %s', async (title, headline) => {
    expect(await headlines(feed(item(title)))).toEqual([headline]);
  });

  test.each([
    [
      'application/octet-stream',
      Buffer.from('An <em>otter</em> dives.').toString('base64'),
      'An otter dives.',
    ],
    ['application/octet-stream', 'An otter dives.', 'An otter dives.'],
    ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]).toString('base64'), ''],
  ])('in content of the type %s: %s', async (type, written, told) => {
    const { articles } = await collectFrom(
      `<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>T</title><id>1</id><link href="https://news.example/1"/><content type="${type}">${written}</content></entry></feed>`,
    );
    expect(articles[0]?.standfirst).toBe(told);
  });

  test('in a summary of Atom that is said to be plain', async () => {
    const { articles } = await collectFrom(
      '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title>T</title><id>1</id><link href="https://news.example/1"/><summary>&lt;p&gt;An &lt;em&gt;otter&lt;/em&gt;.&lt;/p&gt;</summary></entry></feed>',
    );
    expect(articles[0]?.standfirst).toBe('An otter.');
  });

  test('in what a film says of itself', async () => {
    const { articles } = await collectFrom(
      '<feed xmlns:media="http://search.yahoo.com/mrss/" xmlns="http://www.w3.org/2005/Atom"><title>TV</title><entry><id>yt:1</id><title>How a lock works</title><link rel="alternate" href="https://video.example/1"/><media:group><media:title>How a lock works</media:title><media:thumbnail url="https://video.example/1.jpg" width="480"/><media:description>The gates open twice an hour.</media:description></media:group></entry></feed>',
    );
    expect(articles[0]).toMatchObject({
      standfirst: 'The gates open twice an hour.',
      picture: { url: 'https://video.example/1.jpg', caption: '' },
    });
  });
});

describe('characters are told by the bytes, not by labels:', () => {
  const russian = (declared: string) =>
    `<?xml version="1.0"${declared}?>${rss(item('<title>Выдра вернулась</title>')).slice(21)}`;
  const windows1251 = (text: string) =>
    Buffer.from(
      [...text].map((letter) =>
        /[А-я]/.test(letter) ? letter.charCodeAt(0) - 0x410 + 0xc0 : letter.charCodeAt(0),
      ),
    );
  const be = (text: string) => Buffer.from(text, 'utf16le').swap16();

  test.each<[string, Buffer, string]>([
    ['UTF-8 that is called GBK', Buffer.from(russian('')), 'text/xml; charset=GBK'],
    ['UTF-8 that is called Shift_JIS by itself', Buffer.from(russian(' encoding="Shift_JIS"')), ''],
    [
      'windows-1251 that the server calls UTF-8',
      windows1251(russian(' encoding="windows-1251"')),
      'text/xml; charset=utf-8',
    ],
    [
      'windows-1251 that the server calls ISO-8859-1',
      windows1251(russian(' encoding="windows-1251"')),
      'text/xml; charset=ISO-8859-1',
    ],
    [
      'windows-1251 that the server calls ASCII',
      windows1251(russian(' encoding="windows-1251"')),
      'text/xml; charset=us-ascii',
    ],
    [
      'windows-1251 that calls itself UTF-8',
      windows1251(russian(' encoding="utf-8"')),
      'text/xml; charset=windows-1251',
    ],
    [
      'windows-1251 that nobody names, in a Russian feed',
      windows1251(russian('').replace('<title>Feed', '<language>ru</language><title>Feed')),
      '',
    ],
    [
      'UTF-16 without a mark',
      Buffer.from(russian(' encoding="utf-16"'), 'utf16le'),
      'text/xml; charset=utf-8',
    ],
    ['UTF-16, the other way round', be(russian('')), ''],
    [
      'an encoding that nobody knows',
      Buffer.from(russian(' encoding="x-klingon"')),
      'text/xml; charset=none',
    ],
  ])('%s', async (_what, body, contentType) => {
    const headers: Record<string, string> = contentType ? { 'content-type': contentType } : {};
    expect(await headlines(body, headers)).toEqual(['Выдра вернулась']);
  });

  test('the signs of windows-1252 in place of control characters', async () => {
    expect(
      await headlines(feed(item('<title>The otter\u0092s \u0093quiet\u0094 week &#x96; &#151;</title>'))),
    ).toEqual(['The otter’s “quiet” week – —']);
  });
});

describe('a feed is read', () => {
  const plain = item('<title>Otters return</title>');
  const RSS = 'http://backend.userland.com/rss2';

  test.each([
    [
      'with a prefix on every element',
      `<x:rss version="2.0" xmlns:x="${RSS}"><x:channel><x:title>F</x:title>${plain.replace(/<(\/?)/g, '<$1x:')}</x:channel></x:rss>`,
    ],
    [
      'with a prefix that it never declares',
      `<x:rss><x:channel>${plain.replace(/<(\/?)/g, '<$1x:')}</x:channel></x:rss>`,
    ],
    [
      'with Atom as its namespace',
      `<rss version="2.0" xmlns="http://www.w3.org/2005/Atom"><channel>${plain}</channel></rss>`,
    ],
    ['with a namespace of its own', `<rss xmlns="urn:of-our-own"><channel>${plain}</channel></rss>`],
    [
      'in capitals',
      `<RSS><CHANNEL>${plain.toUpperCase().replace('OTTERS RETURN', 'Otters return').replace('HTTPS://NEWS', 'https://news')}</CHANNEL></RSS>`,
    ],
    [
      'as Atom with a prefix',
      '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>Otters return</a:title><a:link href="https://news.example/a"/></a:entry></a:feed>',
    ],
    [
      'as Atom 0.3',
      '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped">Otters return</title><link rel="alternate" href="https://news.example/a"/><issued>2020-11-08T07:00:00Z</issued></entry></feed>',
    ],
    ['behind a warning', `PHP Warning: x in /y.php on line 3\n${rss(plain)}`],
    ['behind a warning in HTML', `<br />\n<b>Notice</b>: Undefined <i>x</i><br />\n${rss(plain)}`],
    ['behind blanks and a mark', `\ufeff \n\n${rss(plain)}`],
    ['with a script behind it', `${rss(plain)}<script>track()</script><!-- 0.2 s -->`],
    ['without its end', rss(plain).replace('</channel></rss>', '')],
    [
      'with an element of the channel that never ends',
      rss(`<itunes:category text="News"><link>https://news.example</link>${plain}`),
    ],
    [
      'with a picture of the channel that never ends',
      rss(`<image><url>https://news.example/i.png</url><title>F</title>${plain}`),
    ],
    [
      'with elements that cross',
      rss(
        `<item><title>Otters return</title><description><b><i>x</b></i></description><link>https://news.example/a</link></item>`,
      ),
    ],
    [
      'with a title that never ends',
      rss('<item><title>Otters return<link>https://news.example/a</link></item>'),
    ],
    ['with entities of its own', `<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY x "]]">]>${rss(plain)}`],
    ['with comments about', rss(`<!-- <item> --><!-- a > b -->${plain}`)],
    [
      'as JSON of any version',
      JSON.stringify({
        version: '1.1',
        items: [{ id: 1, url: 'https://news.example/a', title: 'Otters return' }],
      }),
    ],
    [
      'as JSON with control characters and a comma too many',
      '{"items":[{"id":"1","url":"https://news.example/a","title":"Otters\nreturn",},]}',
    ],
  ])('%s', async (_what, body) => {
    expect(await headlines(body)).toEqual(['Otters return']);
  });

  test('without the entry that a flaw is in, and with all the others', async () => {
    const other = (n: number) => item(`<title>Other ${n}</title>`, `https://news.example/${n}`);
    const broken = [
      '<item><title>a <b c</title><link>https://news.example/x</link></item>',
      '<item><title>T<description><![CDATA[never closed</description><link>https://news.example/y</link></item>',
      '<item><title>"<!-- </title><link>https://news.example/z</link></item>',
      '<item><title>T</title><link>https://news.example/q</link><description><p>open <a href="x>text</description></item>',
      '<item><title>T</title><link>https://news.example/w</link>',
      '<item>',
    ];
    for (const flaw of broken)
      expect(
        await headlines(rss(`${other(1)}${flaw}${other(2)}${item(cdata('fine'), 'https://news.example/3')}`)),
      ).toEqual(expect.arrayContaining(['Other 1', 'Other 2', 'fine']));
  });

  test('up to where it breaks off, and that is said', async () => {
    const whole = rss(`${plain}${item('<title>The second</title>', 'https://news.example/b')}`);
    await using server = await serveBody(whole.slice(0, whole.indexOf('second')), { etag: '"v1"' });
    expect(await readFrom(server.url)).toMatchObject({
      articles: [{ headline: 'Otters return' }],
      refused: [{ reason: 'the feed breaks off in the middle of it' }],
      validators: { etag: null },
    });
  });

  test('only in part where it has more entries than are read, and that is said', async () => {
    const items = Array.from({ length: 1005 }, (_, at) =>
      item(`<title>T ${at}</title>`, `https://news.example/${at}`),
    );
    const { articles, refused } = await collectFrom(rss(items.join('')));
    expect(articles).toHaveLength(1000);
    expect(refused).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('no more than 1000 entries') }),
    ]);
  });
});
