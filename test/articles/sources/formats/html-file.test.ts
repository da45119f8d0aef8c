import { describe, expect, test } from 'vitest';
import { readHtmlFile } from '../../../../src/articles/sources/formats/html-file.ts';

function read(html: string) {
  const result = readHtmlFile(html, 'posts/page.html');
  if (!result.ok) throw new Error(result.reason);
  return result.content;
}

const LINKED = {
  '@context': 'https://schema.org',
  '@graph': [
    { '@type': 'WebSite', name: 'The Quay' },
    { '@type': 'Person', '@id': '#ada', name: 'Ada Brook' },
    {
      '@type': ['ReportageNewsArticle'],
      headline: 'Otters return to the harbour',
      description: 'After ninety years.',
      datePublished: '2031-05-03T07:00:00Z',
      author: [{ '@id': '#ada' }, { '@type': 'Person', name: 'Bram Lund' }],
      image: [{ '@type': 'ImageObject', url: 'https://quay.example/otter.jpg' }],
      mainEntityOfPage: { '@id': 'https://quay.example/otters' },
      articleSection: 'Nature',
      inLanguage: 'en_GB',
    },
  ],
};
const SAYS = {
  headline: 'Otters return to the harbour',
  standfirst: 'After ninety years.',
  author: 'Ada Brook, Bram Lund',
  categories: ['Nature'],
  language: 'en-GB',
};

describe('a saved page', () => {
  test.each([
    ['as it should be', JSON.stringify(LINKED)],
    ['in a list', JSON.stringify([LINKED])],
    [
      'with a comma too many and a line break in a text',
      JSON.stringify(LINKED).replace('ninety years', 'ninety\nyears').replace('}]}', '},]}'),
    ],
    ['within comment marks', `<!--\n${JSON.stringify(LINKED)}\n-->`],
  ])('says what its linked data says, %s', (_how, json) => {
    const content = read(
      `<head><title>x</title><script type="application/ld+json">${json}</script></head><body><h1>Otters return to the harbour</h1><p>They swim.</p></body>`,
    );
    expect(content).toMatchObject({ ...SAYS, paragraphs: ['They swim.'] });
    expect(content.dates[0]).toBe('2031-05-03T07:00:00Z');
    expect(content.links).toContain('https://quay.example/otters');
    expect(content.pictures).toEqual([{ source: 'https://quay.example/otter.jpg', alt: '', caption: '' }]);
  });

  test('with linked data that cannot be read says what its head says', () => {
    const content = read(
      '<head><script type="application/ld+json">{"@type": "Article", headline</script><meta property="og:title" content="Otters return"><meta property="article:published_time" content="2031-05-03"></head><body><p>They swim.</p></body>',
    );
    expect(content).toMatchObject({
      headline: 'Otters return',
      dates: ['2031-05-03'],
      paragraphs: ['They swim.'],
    });
  });

  test.each([
    [
      'the site’s name as first heading',
      '<header><h1 class="logo">The Quay</h1></header><article><h2>Otters return</h2><p>Text.</p></article>',
    ],
    [
      'a heading in its article',
      '<header><h1>The Quay</h1></header><article><h1>Otters return</h1><p>Text.</p></article>',
    ],
    [
      'a heading before its article',
      '<main><header><h1>Otters return</h1></header><article><p>Text.</p></article></main>',
    ],
    [
      'a teaser before its article',
      '<article class="teaser"><h3>Ferry</h3><p>A long text about the ferry, which is not told here.</p></article><article><h1>Otters return</h1><p>Text.</p></article>',
    ],
    [
      'other articles within its article',
      '<article><h1>Otters return</h1><p>Text.</p><article class="comment"><p>First!</p></article><aside>Also</aside></article>',
    ],
    [
      'what is hidden',
      '<h1>Otters return</h1><div style="display:none">Preheader</div><p hidden>No.</p><span class="sr-only">Share</span><p style="opacity:0">No</p><p>Text.</p>',
    ],
    [
      'a by-line of its own',
      '<article><h1>Otters return</h1><p class="byline">By Ada</p><div itemprop="articleBody"><p>Text.</p></div></article>',
    ],
  ])('has one headline and one text in spite of %s', (_what, body) => {
    const content = read(`<head><title>Otters return – The Quay</title></head><body>${body}</body>`);
    expect([content.headline, content.paragraphs]).toEqual(['Otters return', ['Text.']]);
  });

  test('is called what it claims where no heading says it, without the name of the site', () => {
    const head =
      '<meta property="og:title" content="Otters return | The Quay"><meta property="og:site_name" content="The Quay">';
    expect(read(`<head>${head}</head><p>Text.</p>`).headline).toBe('Otters return');
  });

  test('names its own pictures first, relative to its folder, and passes over what is none', () => {
    const { pictures } = read(
      '<head><meta property="og:image" content="https://quay.example/og.jpg"></head><h1>T</h1><img src="/img/badge.svg"><img src="a.jpg" width="40" height="40"><figure><img data-src="../img/otter 1.jpg" src="data:image/gif;base64,AA" alt="An otter"><figcaption>In May</figcaption></figure><p>Text.</p>',
    );
    expect(pictures).toEqual([
      { source: '/img/otter 1.jpg', alt: 'An otter', caption: 'In May' },
      { source: 'https://quay.example/og.jpg', alt: '', caption: '' },
    ]);
  });

  test('with megabytes of programs before its text is read to its end', () => {
    const script = `<script>${'x<y;'.repeat(400_000)}</script>`;
    expect(read(`<head><title>T</title>${script}</head><h1>T</h1><p>Text.</p>`).paragraphs).toEqual([
      'Text.',
    ]);
  });

  test.each([
    '<div>',
    '<b>',
    '<article>',
    '<h1>',
    '<ul><li>',
    '</div>',
    '<script>',
    '<!--',
    '<meta name=a content=b>',
    '<p hidden>',
    '<script type="application/ld+json">[',
    '&amp;',
    '<img src=a>',
    '<time datetime=a>',
  ])(
    'of a megabyte of %s is read',
    (piece) => {
      const text = piece.repeat(Math.ceil((1024 * 1024) / piece.length));
      expect(readHtmlFile(`<h1>T</h1>${text}`, 'a.html').ok).toBe(true);
    },
    20_000,
  );
});
