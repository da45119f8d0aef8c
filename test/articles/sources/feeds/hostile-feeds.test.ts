import { describe, expect, test } from 'vitest';
import { collectFrom, item, refusalOf, rss } from '../../fetching/loopback.ts';

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  return { result: await work(), ms: performance.now() - start };
}

describe('text from outside is harmless', () => {
  test('in every field: no markup, script or invisible character is left', async () => {
    const evil =
      '&lt;script&gt;alert(1)&lt;/script&gt;Bridge&lt;img src=javascript:x onerror=alert(1)&gt; \u202eopens\u200b &lt;/mj-text&gt;';
    const { articles } = await collectFrom(
      rss(
        item(
          `<title>${evil}</title><description>${evil}</description><category>${evil}</category><dc:creator>${evil}</dc:creator>
           <content:encoded><![CDATA[<style>p{}</style><p onclick="x()">One <a href="javascript:x()">two</a><!-- no --></p><svg><script>no()</script></svg><form><input value="no"></form><iframe src="//evil"></iframe><p>{{constructor}}</p>]]></content:encoded>`,
        ),
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"',
      ),
    );
    expect(articles[0]).toMatchObject({
      headline: 'Bridge opens',
      standfirst: 'Bridge opens',
      author: 'Bridge opens',
      categories: ['Bridge opens'],
      paragraphs: ['One two', '{{constructor}}'],
      picture: null,
    });
  });

  test.each([
    ['a bomb', `<!DOCTYPE r [<!ENTITY l0 "lol">${'<!ENTITY l1 "&l0;&l0;&l0;">'.repeat(9)}]>`, '&l1;'],
    ['a file', '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '&x;'],
    ['a mark', '<!DOCTYPE r [ <!ENTITY nbsp "&#160;"> <!ELEMENT a (b)> ]\n >', 'A&nbsp;b'],
  ])('and entities that a document declares are never expanded: %s', async (_what, doctype, title) => {
    const { articles } = await collectFrom(
      `<?xml version="1.0"?>${doctype}${rss(item(`<title>${title}</title>`))}`,
    );
    expect(articles.map(({ headline }) => headline)).toEqual([title.replace('&nbsp;', ' ')]);
  });

  test('also where it cannot be parsed as what it seems', async () => {
    const { articles } = await collectFrom(
      rss(item(`<title>T</title><description>${'&lt;div&gt;'.repeat(50_000)}deep</description>`)),
    );
    expect(articles[0]?.headline).toBe('T');
  });
});

describe('a document is refused quickly', () => {
  test.each<[string, () => string, RegExp]>([
    [
      'ten thousand levels',
      () => `<rss><channel>${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}</channel></rss>`,
      /nested too deeply/,
    ],
    [
      'a million attributes',
      () => `<rss ${Array.from({ length: 1e6 }, (_, at) => `a${at}=""`).join(' ')}></rss>`,
      /larger than 5 MB|too many attributes/,
    ],
    [
      'half a million elements',
      () => `<rss><channel>${'<a/>'.repeat(5e5)}</channel></rss>`,
      /too many elements/,
    ],
    ['XML that breaks off', () => rss(item('<title>T</title>')).slice(0, -20), /breaks off/],
    ['XML that is no feed', () => '<?xml version="1.0"?><catalog><book/></catalog>', /cannot be read as RSS/],
    ['JSON that is no feed', () => '{"a":1}', /not a JSON Feed/],
    ['JSON ten thousand levels deep', () => `{"items":${'['.repeat(1e6)}`, /not a JSON Feed/],
    ['an empty body', () => '', /empty/],
    ['blanks', () => ' \n ', /empty/],
    ['plain words', () => 'Service unavailable', /not a feed/],
    ['binary', () => '\x00\x01\x02', /not a feed/],
    [
      'a web page',
      () => '<!DOCTYPE html><html><title>Oops</title></html>',
      /^this is a web page, not a feed$/,
    ],
  ])('when it is %s', async (_name, body, reason) => {
    const text = body();
    const { result, ms } = await timed(() => refusalOf(text));
    expect(result).toMatch(reason);
    expect(result).not.toContain('\n');
    expect(ms).toBeLessThan(10_000);
  });

  test('when it is a web page that names its feed, and the feed is named', async () => {
    const page =
      '<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>';
    expect(await refusalOf(page)).toMatch(
      /^this is a web page, not a feed; it names the feed http:\/\/127\.0\.0\.1:\d+\/feed\.xml$/,
    );
  });
});
