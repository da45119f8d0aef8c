import { type CorpusEntry, type CorpusFeed, type Shape, xml } from './shapes.ts';

/** Feeds with what goes wrong in the wild: in each shape a kind of flaw, in every entry another form of it. */

const two = (number: number) => String(number).padStart(2, '0');
const rfc = (at: Date) => at.toUTCString();
const text = ({ paragraphs }: CorpusEntry) => paragraphs.map((one) => `<p>${xml(one)}</p>`).join('');
const again = (markup: string) => xml(xml(markup));

function rss(
  { home, title, language, entries }: CorpusFeed,
  item: (entry: CorpusEntry, at: number) => string,
  attributes = '',
): string {
  return `<?xml version="1.0" encoding="utf-8"?><rss version="2.0" ${attributes}><channel><title>${xml(title)}</title><link>${home}</link><language>${language.code}</language>
${entries.map((entry, at) => `<item>${item(entry, at)}</item>`).join('\n')}</channel></rss>`;
}

const base = (e: CorpusEntry) =>
  `<title>${xml(e.title)}</title><link>${e.link}</link><pubDate>${rfc(e.at)}</pubDate><author>${e.author}</author><description>${xml(text(e))}</description>`;
const pick = (forms: readonly string[], at: number) => forms[at % forms.length] ?? '';

function datesOf(at: Date): string[] {
  const day = at.toUTCString();
  const iso = at.toISOString();
  const plain = iso.slice(0, 19);
  return [
    day.replace('GMT', 'EST'),
    day.replace('GMT', '+0530'),
    day.slice(5).replace('GMT', 'UT'),
    `${day.slice(0, 3)} ${day.slice(8, 11)} ${day.slice(5, 7)} ${day.slice(17, 25)} ${day.slice(12, 16)}`,
    plain.replace('T', ' '),
    `${plain}+02:00`,
    `${iso.slice(0, 10)}`,
    iso.replace(/[-:]/g, '').replace('.000', ''),
    `${two(at.getUTCDate())}-${day.slice(8, 11)}-${day.slice(12, 16)} ${day.slice(17, 25)}`,
    `${iso.slice(0, 4)}年${iso.slice(5, 7)}月${iso.slice(8, 10)}日 ${iso.slice(11, 16)}`,
    String(at.getTime() / 1000),
    `${day.slice(0, 3)}, ${iso.slice(0, 4)}/${iso.slice(5, 7)}/${iso.slice(8, 10)} ${iso.slice(11, 19)} EST`,
  ];
}

export const ODD_SHAPES: Readonly<Record<string, Shape>> = {
  dates: (feed) =>
    rss(feed, (e, at) =>
      base(e).replace(/<pubDate>.*?<\/pubDate>/, `<pubDate>${pick(datesOf(e.at), at + e.number)}</pubDate>`),
    ),
  'date-fields': (feed) =>
    rss(
      feed,
      (e, at) => {
        const iso = e.at.toISOString();
        const field = pick(
          [
            `<dcterms:issued>${iso}</dcterms:issued>`,
            `<dcterms:modified>${iso}</dcterms:modified>`,
            `<dc:date>${iso}</dc:date>`,
            `<dcterms:created>${iso}</dcterms:created>`,
            `<published>${iso}</published>`,
          ],
          at,
        );
        return base(e).replace(/<pubDate>.*?<\/pubDate>/, field);
      },
      'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dc="http://purl.org/dc/elements/1.1/"',
    ),
  escaped: (feed) =>
    rss(feed, (e, at) =>
      at % 2
        ? base(e).replace(/<title>.*?<\/title>/, `<title>${xml(`<b>${xml(e.title)}</b>`)}</title>`)
        : base(e).replace(/<description>.*/, `<description>${again(text(e))}</description>`),
    ),
  authors: (feed) =>
    rss(feed, (e, at) =>
      base(e).replace(
        /<author>.*?<\/author>/,
        `<author>${pick([`desk@example.org (${e.author})`, xml(`${e.author} <desk@example.org>`), 'desk@example.org', e.author], at)}</author>`,
      ),
    ),
  pictures: (feed) =>
    rss(feed, (e, at) => {
      const markup = pick(
        [
          `<img src="data:image/gif;base64,R0lGOD" data-lazy-src="${e.picture}">`,
          `<img class="avatar" src="https://secure.gravatar.com/avatar/1?s=40"><img src="${e.picture}">`,
          `<picture><source srcset="${e.picture} 1200w"><img src="${e.picture}?w=400"></picture>`,
          `<img src="${e.picture}"><img src="https://pixel.wp.com/b.gif?x=1" width="1" height="1">`,
          `<img srcset="${e.picture} 2x, ${e.picture}?w=1 1x" src="${e.picture}?w=1">`,
        ],
        at,
      );
      return base(e).replace('<description>', `<description>${xml(markup)}`);
    }),
  relative: (feed) =>
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="${feed.home}"><title>${xml(feed.title)}</title>${feed.entries
      .map(
        (e) =>
          `<entry xml:base="2026/"><id>tag:${e.number}</id><title>${xml(e.title)}</title><link href="${e.link.replace(`${feed.home}2026/`, '')}"/><updated>${e.at.toISOString()}</updated><author><name>${e.author}</name></author><content type="html">${xml(`${text(e)}<img src="${new URL(e.picture).pathname}">`)}</content></entry>`,
      )
      .join('')}</feed>`,
  fragments: (feed) =>
    rss(feed, (e) =>
      base(e).replace(
        /<link>.*?<\/link>/,
        `<link>${feed.home}log#${e.number}</link><guid isPermaLink="false">${e.number}</guid>`,
      ),
    ),
  guids: (feed) => rss(feed, (e) => base(e).replace(/<link>.*?<\/link>/, `<guid>${e.link}</guid>`)),
  prefixed: (feed) =>
    rss(feed, base)
      .replace(/<(\/?)(?!\?)(\w)/g, '<$1r:$2')
      .replace('<r:rss', '<r:rss xmlns:r="http://backend.userland.com/rss2"'),
  warned: (feed) => `\n<!-- cached -->\n${rss(feed, base).replace(/<\?xml.*?\?>/, '')}<!-- 0.1 s -->`,
  entities: (feed) =>
    rss(feed, base).replace(
      /(<\?xml.*?\?>)/,
      '$1<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY rsquo "&#8217;">]>',
    ),
  cut: (feed) => rss(feed, base).replace('</channel></rss>', ''),
};
