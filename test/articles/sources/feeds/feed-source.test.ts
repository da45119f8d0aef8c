import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { collectFrom, item, NOW, readFrom, rss, serve, serveBody } from '../../fetching/loopback.ts';

const DATE = '<pubDate>Tue, 10 Nov 2020 10:00:00 GMT</pubDate>';
const first = async (body: string | Buffer, headers: Record<string, string> = {}) => {
  const { articles, refused } = await collectFrom(body, headers);
  if (!articles[0]) throw new Error(`no article: ${JSON.stringify(refused)}`);
  return articles[0];
};

describe('a feed of each format is read:', () => {
  test('RSS 2.0 with Dublin Core, content and media', async () => {
    const article = await first(
      rss(
        `<language>en-gb</language>${item(
          `<title>Bridge opens</title>
           <description>&lt;p&gt;It took four years.&lt;/p&gt;&lt;p&gt;It rained.&lt;/p&gt; &lt;a href="x"&gt;Continue reading...&lt;/a&gt;</description>
           <dc:creator>Ada Brook</dc:creator><category>Local</category><category>Bridges &amp;amp; roads</category>${DATE}
           <media:content url="https://img.example/s.jpg" width="140"/>
           <media:content url="https://img.example/m.jpg" width="460"><media:credit>Photo: Tom</media:credit></media:content>
           <media:content url="https://img.example/xl.jpg" width="6000"/>
           <media:content url="https://img.example/v.mp4" type="video/mp4" width="900"/>`,
          'https://news.example/bridge?utm_source=rss#top',
        )}`,
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"',
      ),
    );
    expect(article).toEqual({
      link: 'https://news.example/bridge',
      address: 'https://news.example/bridge?utm_source=rss#top',
      headline: 'Bridge opens',
      standfirst: 'It took four years.',
      paragraphs: ['It rained.'],
      author: 'Ada Brook',
      categories: ['Local', 'Bridges & roads'],
      tags: [],
      picture: { url: 'https://img.example/m.jpg', alt: '', caption: 'Photo: Tom' },
      otherPictures: [
        { url: 'https://img.example/xl.jpg', alt: '', caption: '' },
        { url: 'https://img.example/s.jpg', alt: '', caption: '' },
      ],
      language: 'en-gb',
      publishedAt: Date.UTC(2020, 10, 10, 10),
      dated: true,
    });
  });

  test('RSS 0.91 with its DOCTYPE', async () => {
    const article = await first(
      `<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
       <rss version="0.91"><channel><title>F</title><item><title>Old &amp; good</title><link>http://old.example/1</link><description>Plain</description></item></channel></rss>`,
    );
    expect(article).toMatchObject({
      headline: 'Old & good',
      link: 'http://old.example/1',
      dated: false,
      publishedAt: NOW,
    });
  });

  test('RDF', async () => {
    const article = await first(
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
       <channel rdf:about="https://rdf.example/"><title>F</title></channel>
       <item rdf:about="https://rdf.example/1"><title>Resource</title><link>https://rdf.example/1</link><description>Said</description>
       <dc:date>2020-11-09T10:00:00+01:00</dc:date><dc:creator>Eve</dc:creator><dc:subject>Web</dc:subject></item></rdf:RDF>`,
    );
    expect(article).toMatchObject({
      headline: 'Resource',
      author: 'Eve',
      categories: ['Web'],
      publishedAt: Date.UTC(2020, 10, 9, 9),
    });
  });

  test('Atom with xml:base, several links, XHTML and a feed-wide author', async () => {
    const article = await first(
      `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://atom.example/blog/" xml:lang="de"><title>F</title><author><name>Ada</name></author>
       <entry xml:base="2020/"><id>tag:atom.example,2020:1</id><title type="html">Brücken &amp;amp; &lt;b&gt;Wege&lt;/b&gt;</title>
       <link rel="edit" href="https://atom.example/edit/1"/><link rel="alternate" type="text/html" href="bridge.html"/>
       <category term="t1" label="Brücken"/><updated>2020-11-10T09:00:00Z</updated><published>2020-11-09T09:00:00Z</published>
       <summary>Kurz &lt;gesagt&gt;</summary>
       <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Es <b>regnete</b>.</p><img src="pics/b.jpg" alt="Brücke"/></div></content></entry></feed>`,
    );
    expect(article).toMatchObject({
      link: 'https://atom.example/blog/2020/bridge.html',
      headline: 'Brücken & Wege',
      author: 'Ada',
      categories: ['Brücken'],
      standfirst: 'Kurz <gesagt>',
      paragraphs: ['Es regnete.'],
      picture: { url: 'https://atom.example/blog/2020/pics/b.jpg', alt: 'Brücke' },
      language: 'de',
      publishedAt: Date.UTC(2020, 10, 9, 9),
    });
  });

  test('JSON Feed', async () => {
    const article = await first(
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        title: 'F',
        language: 'nl',
        items: [
          {
            id: '1',
            url: '/brug',
            title: 'De <brug> is open',
            content_html: '<p>Het regende.</p><p>Lang.</p>',
            image: 'https://img.example/b.png',
            date_published: '2020-11-10T08:00:00Z',
            tags: ['lokaal'],
            authors: [{ name: 'Ada' }],
          },
        ],
      }),
    );
    expect(article).toMatchObject({
      headline: 'De <brug> is open',
      standfirst: 'Het regende.',
      paragraphs: ['Lang.'],
      picture: { url: 'https://img.example/b.png' },
      categories: ['lokaal'],
      author: 'Ada',
      language: 'nl',
    });
    expect(article.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/brug$/);
  });
});

describe('characters are read', () => {
  const portuguese = rss(
    item(
      '<title><![CDATA[Eleição: simulações de 2º turno]]></title><pubDate>Seg, 24 Set 2018 19:42:40 -0300</pubDate>',
    ),
  ).replace('<?xml version="1.0"?>', '');
  const expected = {
    headline: 'Eleição: simulações de 2º turno',
    publishedAt: Date.UTC(2018, 8, 24, 22, 42, 40),
  };

  test.each<[string, Buffer, Record<string, string>]>([
    ['from Latin-1 that nobody declares', Buffer.from(portuguese, 'latin1'), {}],
    [
      'from Latin-1 declared in the XML',
      Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${portuguese}`, 'latin1'),
      {},
    ],
    [
      'from Latin-1 declared by the server',
      Buffer.from(portuguese, 'latin1'),
      { 'content-type': 'text/xml; charset=iso-8859-1' },
    ],
    ['from UTF-8 that nobody declares', Buffer.from(portuguese), {}],
    [
      'from UTF-8 that the server calls Latin-1',
      Buffer.from(portuguese),
      { 'content-type': 'text/xml; charset=iso-8859-1' },
    ],
    ['from UTF-8 with a byte order mark', Buffer.from(`\ufeff${portuguese}`), {}],
    ['from UTF-16 with a byte order mark', Buffer.from(`\ufeff${portuguese}`, 'utf16le'), {}],
  ])('%s', async (_name, body, headers) => {
    expect(await first(body, headers)).toMatchObject(expected);
  });
});

describe('an entry', () => {
  test.each([
    ['AT&amp;amp;T &amp;quot;wins&amp;quot;', 'AT&T "wins"'],
    ['A &lt;b&gt;bold&lt;/b&gt; step &amp;mdash; at last', 'A bold step — at last'],
    ['How the &lt;canvas&gt; element works', 'How the <canvas> element works'],
    ['5 &lt; 6 and 7 &gt; 6', '5 < 6 and 7 > 6'],
    ['Two\n   lines', 'Two lines'],
  ])('has a headline of plain text: %s', async (title, expected) => {
    expect((await first(rss(item(`<title>${title}</title>`)))).headline).toBe(expected);
  });

  test('goes to the original address behind a redirecting one', async () => {
    const article = await first(
      rss(
        item(
          '<title>T</title><guid isPermaLink="false">7</guid><feedburner:origLink>https://blog.example/7?utm_medium=feed</feedburner:origLink>',
          'http://feedproxy.example/~r/7',
        ),
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"',
      ),
    );
    expect(article.link).toBe('https://blog.example/7');
  });

  test('without a link goes to its permanent one', async () => {
    const body = rss('<item><title>T</title><guid>https://news.example/9</guid></item>');
    expect((await first(body)).link).toBe('https://news.example/9');
  });

  test('without a usable link or headline is refused with the reason, and a link counts once', async () => {
    const { articles, refused } = await collectFrom(
      rss(
        [
          '<item><title>No link</title><guid>4711</guid></item>',
          '<item><title>Script</title><link>javascript:alert(1)</link></item>',
          item('<description> </description>', 'https://news.example/b'),
          item('<title>First</title>', 'https://news.example/c?utm_source=x'),
          item('<title>Second</title>', 'https://news.example/c#comments'),
        ].join(''),
      ),
    );
    expect(articles.map((article) => article.headline)).toEqual(['First']);
    const mend = (element: string) => `The publisher of the feed has to give this entry a ${element}.`;
    expect(refused).toEqual([
      { what: 'No link', reason: 'it has no link', mend: mend('link') },
      {
        what: 'Script',
        reason: 'its link is not a web address: javascript:alert(1)',
        mend: mend('link'),
      },
      { what: 'https://news.example/b', reason: 'it has no headline', mend: mend('title') },
      { what: 'Second', reason: 'the same link twice: https://news.example/c' },
    ]);
  });

  test('with an unreadable or future date has that of its first sighting', async () => {
    const dates = ['in a while', 'Tue, 10 Nov 2099 10:00:00 GMT'];
    for (const date of dates)
      expect(await first(rss(item(`<title>T</title><pubDate>${date}</pubDate>`)))).toMatchObject({
        publishedAt: NOW,
        dated: false,
      });
  });

  test('takes its picture from where there is one, but not a counting pixel', async () => {
    const pictureOf = async (fields: string) =>
      (
        await first(
          rss(
            item(`<title>T</title>${fields}`),
            'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"',
          ),
        )
      ).picture?.url;
    expect(await pictureOf('<enclosure url="https://i.example/e.jpg" type="image/jpeg" length="1"/>')).toBe(
      'https://i.example/e.jpg',
    );
    expect(
      await pictureOf('<enclosure url="https://i.example/e.mp3" type="audio/mpeg" length="1"/>'),
    ).toBeUndefined();
    expect(await pictureOf('<media:thumbnail url="https://i.example/t.jpg"/>')).toBe(
      'https://i.example/t.jpg',
    );
    expect(await pictureOf('<itunes:image href="https://i.example/i.jpg"/>')).toBe('https://i.example/i.jpg');
    expect(
      await pictureOf(
        '<description><![CDATA[<img src="https://i.example/pixel.gif" width="1" height="1"><img src="https://i.example/d.jpg">]]></description>',
      ),
    ).toBe('https://i.example/d.jpg');
    expect(await pictureOf('<media:content url="javascript:alert(1)" medium="image"/>')).toBeUndefined();
  });

  test('has a standfirst of about 300 characters that ends where a sentence ends', async () => {
    const sentence = 'The river rose by another metre in the night and nobody slept. ';
    const { standfirst, paragraphs } = await first(
      rss(item(`<title>T</title><description>${sentence.repeat(8)}</description>`)),
    );
    expect(standfirst).toBe(sentence.repeat(4).trim());
    expect(paragraphs).toHaveLength(1);
  });
});

test('a feed that has not changed is not read again', async () => {
  const etag = '"v1"';
  await using server = await serve((request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end(rss(item('<title>T</title>')));
  });
  const result = await readFrom(server.url);
  expect(result).toMatchObject({ kind: 'collected', validators: { etag, lastModified: null } });
  expect(await readFrom(server.url, { validators: { etag, lastModified: null } })).toEqual({
    kind: 'unchanged',
  });
});

/** Feeds of other people that lie beside a checkout where they may be used; they are no part of this repository. */
const GIVEN = new URL('../../../../../shared/feeds/', import.meta.url);

describe.runIf(existsSync(GIVEN))('the given feeds', () => {
  test.each([
    ['guardian.rss', 55, 55],
    ['feedburner.atom', 25, 0],
    ['heise.atom', 15, 11],
    ['uolNoticias.rss', 15, 4],
  ])('%s gives all its articles, with links, dates and pictures', async (name, count, pictures) => {
    await using server = await serveBody(readFileSync(new URL(name, GIVEN)));
    const result = await readFrom(`${server.url}/${name}`);
    if (result.kind !== 'collected') throw new Error(JSON.stringify(result));
    expect(result.refused).toEqual([]);
    expect(result.articles).toHaveLength(count);
    expect(result.articles.filter((article) => article.picture)).toHaveLength(pictures);
    expect(result.articles.every((article) => article.dated && article.headline)).toBe(true);
    expect(result.articles.map((article) => article.link).join('\n')).not.toMatch(/feedproxy|utm_|wt_mc/);
    expect(JSON.stringify(result.articles)).not.toMatch(/�|Ã|&amp;|<p>/);
  });
});
