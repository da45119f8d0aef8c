import { describe, expect, test } from 'vitest';
import { withoutForeignMarkup } from '../../../../src/articles/sources/formats/foreign-markup.ts';
import { MAX_BODY, readMarkdownFile } from '../../../../src/articles/sources/formats/markdown-file.ts';
import { processorMs } from '../../../helpers/processor-time.ts';

function read(body: string, name = 'a.md') {
  const result = readMarkdownFile(`---\ntitle: Lock gates\n---\n${body}`, name);
  if (!result.ok) throw new Error(result.reason);
  return result.content;
}
const told = (body: string, name?: string) => read(body, name).paragraphs.join(' / ');

describe('markup of other tools is not shown, and what stands between it is told', () => {
  test.each([
    ['comments', 'One.\n\n<!--more-->\n\nTwo <!-- not\n\nthis -->three.', 'One. / Two three.'],
    ['a comment that is never closed', 'One.\n\n<!-- Two.\n\nThree.', 'One. / Two. / Three.'],
    [
      'Hugo',
      '{{% notice tip %}}Mind the gap{{% /notice %}}\n\nIt rained. {{< youtube abc >}}',
      'Mind the gap / It rained.',
    ],
    ['Hugo’s notes to itself', 'A. {{< comment >}}Secret{{< /comment >}} B.', 'A. B.'],
    [
      'Liquid',
      '{% include nav.html %}A {% if x %}B{% endif %} {{ page.title }} C. {%- comment -%}No{%- endcomment -%}',
      'A B C.',
    ],
    [
      'Liquid links',
      'See [the map]({% post_url 2031-05-01-map %}) and [here]({{ "/x" | relative_url }}).',
      'See the map and here.',
    ],
    [
      'WordPress',
      '[vc_row][vc_column width="1/2"]Text[/vc_column][/vc_row] he said [sic] [1] [gallery ids="1,2"]',
      'Text he said [sic] [1]',
    ],
    [
      'a vault',
      'Ask [[people/Ada Brook|Ada]] or [[Bram Lund]] ==today==. ^ref1\n\n#canal #news\n\n%%not for print%%',
      'Ask Ada or Bram Lund today.',
    ],
    ['callouts', '> [!warning]- Deep water\n> Keep out.', 'Deep water Keep out.'],
    [
      'Kramdown',
      '* TOC\n{:toc}\n\nBig.{: .lead}\n\n## Locks {#locks}\n\n{::options parse="x" /}\n\nA [word]{.small}.',
      'Big. / Locks / A word.',
    ],
    [
      'footnotes',
      'It leaks.[^1] Still.^[For now.]\n\n[^1]: Since May.\n',
      'It leaks. Still. (For now.) / Since May.',
    ],
    [
      'admonitions',
      ':::tip[Take care]\nThe quay is wet.\n:::\n\n!!! note "Also"\n    Cold.',
      'Take care The quay is wet. / Also / Cold.',
    ],
    ['tick boxes and named emoji', '- [x] Done :tada:\n- [ ] To do', 'Done / To do'],
    ['PHP and Templater', 'A <?php echo 1; ?>B <% tp.file.title %>C.', 'A B C.'],
    [
      'raw HTML',
      '<div class="x"><p>In a box &amp; out.</p></div>\n\nText with <em>care</em>.<br>New.<script>no()</script>',
      'In a box & out. / Text with care. New.',
    ],
    ['a drawing', '```mermaid\ngraph TD\n```\n\n~~~dataview\nLIST\n~~~\n\nText.', 'Text.'],
    [
      'hashes of C and numbers',
      'Use C# on issue #12 at 10:30, 2 < 3 and 5 > 4, a == b.',
      'Use C# on issue #12 at 10:30, 2 < 3 and 5 > 4, a == b.',
    ],
  ])('%s', (_tool, body, expected) => {
    expect(told(body)).toBe(expected);
  });

  test('a name in angle brackets that is no element is text, and one that is closed is a component', () => {
    expect(told('A <quiet> day with <Box>care</Box> and <b>joy</b>.')).toBe(
      'A <quiet> day with care and joy.',
    );
  });

  test('in code it is the subject, and stays', () => {
    expect(told('Write `{{< figure >}}` or `[[page]]`.\n\n```\n{% if a %} <!-- b -->\n```\n\nDone.')).toBe(
      'Write {{< figure >}} or [[page]]. / {% if a %} <!-- b --> / Done.',
    );
  });

  test('of MDX', () => {
    const body = `import Chart from '../Chart'
import weir from './weir.jpg'
export const size = { a: 1 }

Text of {size.a} <Chart data={[1, 2].map((x) => <b>{x}</b>)} title="a > b" /> goes on.

<Callout type="info">
  Mind the **gap**.
</Callout>

{/* not this */}

<Image src={weir} alt="The weir" />
`;
    const { paragraphs, pictures } = read(body, 'posts/a.mdx');
    expect(paragraphs.join(' / ')).toBe('Text of goes on. / Mind the gap.');
    expect(pictures).toEqual([{ source: '/posts/weir.jpg', alt: 'The weir', caption: '' }]);
  });
});

describe('a picture that other tools show counts', () => {
  test.each([
    ['{{< figure src="weir.jpg" alt="A weir" caption="In May" >}}'],
    ["{{< img src='weir.jpg' alt='A weir' title='In May' >}}"],
    ['{% include figure.html image_path="weir.jpg" alt="A weir" caption="In May" %}'],
    ['[caption id="a" width="300"]<img src="weir.jpg" alt="A weir"> In May[/caption]'],
    ['<figure><img src="weir.jpg" alt="A weir"><figcaption>In May</figcaption></figure>'],
    ['![A weir](weir.jpg "In May")'],
  ])('%s', (body) => {
    const { pictures, paragraphs } = read(`${body}\n\nText.`);
    expect(pictures).toEqual([{ source: '/weir.jpg', alt: 'A weir', caption: 'In May' }]);
    expect(paragraphs).toEqual(['Text.']);
  });

  test('without a caption where there is none', () => {
    const sources = (body: string) => read(body).pictures.map(({ source }) => source);
    expect(sources('![[img/weir.jpg|300]]\n\n![[note]]')).toEqual(['/img/weir.jpg']);
    expect(sources('{% asset_img weir.jpg A weir %}')).toEqual(['/weir.jpg']);
    expect(sources('![]({{ site.baseurl }}/img/weir.jpg)')).toEqual(['/img/weir.jpg']);
    expect(sources('![]({{ "/img/weir.jpg" | relative_url }}){: .wide}')).toEqual(['/img/weir.jpg']);
  });
});

test('a headline is the first heading, or the name of a note that has keys', () => {
  const headline = (text: string, name: string) => {
    const result = readMarkdownFile(text, name);
    return result.ok ? result.content.headline : result.reason;
  };
  expect(headline('## Second level\n\nText.', 'a.md')).toBe('Second level');
  expect(headline('---\nauthor: Ada\n---\nText.', 'notes/The weir is mended.md')).toBe('The weir is mended');
  expect(headline('Text.', 'notes/Shopping list.md')).toBe('');
});

const MEGABYTE = 1024 * 1024;
const LIMIT_MS = 100;

describe('a megabyte of hostile repetition is taken out within a tenth of a second', () => {
  const pieces = [
    ...[
      '`',
      '` `` ',
      '```\n',
      '~~~',
      '<!--',
      '-->',
      '%%',
      '%% %% x',
      '{%',
      '{{',
      '{{<',
      '{{< a ',
      '{% comment %}',
    ],
    ...[
      '{%  ',
      '[',
      '[[',
      '![[',
      '[a ',
      '[caption]',
      '[/a]',
      '[^',
      '[^a]: ',
      '^[',
      '==',
      '== a',
      ':::',
      ':::a ',
    ],
    ...[
      '{: ',
      '{.a',
      ' {',
      '!!! ',
      '- [ ] ',
      ':a',
      ' :',
      '#a',
      '#',
      '\n',
      ' ',
      '\t',
      '> [!a] ',
      '* a\n{:toc',
    ],
    ...['<?', '<%', ' ^a', '<A ', '{/*', 'import a\n', '<A b={', "<A b='"],
  ];
  test.each(pieces)('%j', async (piece) => {
    const text = piece.repeat(Math.ceil(MEGABYTE / piece.length)).slice(0, MAX_BODY);
    expect(await processorMs(() => withoutForeignMarkup(text, true), LIMIT_MS)).toBeLessThan(LIMIT_MS);
  });
});
