import type { CorpusLanguage } from './languages.ts';

/** What one made-up entry says; every shape writes it in its own way. */
export interface CorpusEntry {
  readonly number: number;
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly author: string;
  readonly at: Date;
  readonly link: string;
  readonly picture: string;
  readonly category: string;
}

export interface CorpusFeed {
  readonly home: string;
  readonly title: string;
  readonly language: CorpusLanguage;
  readonly entries: readonly CorpusEntry[];
}

/** A publishing system's way of writing a feed. */
export type Shape = (feed: CorpusFeed) => string;

export const xml = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const cdata = (text: string) => `<![CDATA[${text}]]>`;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const two = (number: number) => String(number).padStart(2, '0');
const rfc = (at: Date, zone = '+0000') => at.toUTCString().replace('GMT', zone);
const iso = (at: Date) => at.toISOString().replace('.000Z', 'Z');
const html = ({ paragraphs }: CorpusEntry) => paragraphs.map((one) => `<p>${xml(one)}</p>`).join('\n');
const figure = ({ picture, title }: CorpusEntry) =>
  `<figure><img src="${picture}" alt="${xml(title)}" width="1200" height="800"/></figure>`;

function rss(
  feed: CorpusFeed,
  items: (entry: CorpusEntry) => string,
  { attributes = '', head = '' } = {},
): string {
  const { home, title, language, entries } = feed;
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" ${attributes}><channel><title>${xml(title)}</title><link>${home}</link><description>${xml(title)}</description><language>${language.code}</language>${head}
${entries.map((entry) => `<item>${items(entry)}</item>`).join('\n')}
</channel></rss>`;
}

function atom(
  feed: CorpusFeed,
  entries: (entry: CorpusEntry) => string,
  { attributes = '', head = '' } = {},
): string {
  const { home, title, language } = feed;
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${language.code}" ${attributes}><title>${xml(title)}</title><id>${home}</id><link href="${home}"/><link rel="self" href="${home}feed.atom"/><updated>2026-11-22T06:00:00Z</updated>${head}
${feed.entries.map((entry) => `<entry>${entries(entry)}</entry>`).join('\n')}
</feed>`;
}

const NS = {
  content: 'xmlns:content="http://purl.org/rss/1.0/modules/content/"',
  dc: 'xmlns:dc="http://purl.org/dc/elements/1.1/"',
  media: 'xmlns:media="http://search.yahoo.com/mrss/"',
  atom: 'xmlns:atom="http://www.w3.org/2005/Atom"',
  itunes: 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"',
};

export const SHAPES: Readonly<Record<string, Shape>> = {
  wordpress: (feed) =>
    rss(
      feed,
      (
        e,
      ) => `<title>${xml(e.title)}</title><link>${e.link}</link><dc:creator>${cdata(e.author)}</dc:creator><pubDate>${rfc(e.at)}</pubDate><category>${cdata(e.category)}</category><guid isPermaLink="false">${feed.home}?p=${e.number}</guid>
<description>${cdata(`<p>${xml(e.paragraphs[0] ?? '')} [&#8230;]</p>\n<p>The post <a href="${e.link}">${xml(e.title)}</a> appeared first on <a href="${feed.home}">${xml(feed.title)}</a>.</p>`)}</description><content:encoded>${cdata(figure(e) + html(e))}</content:encoded>`,
      {
        attributes: `${NS.content} ${NS.dc} ${NS.atom}`,
        head: `<atom:link href="${feed.home}feed/" rel="self" type="application/rss+xml"/><generator>https://wordpress.org/?v=6.8</generator>`,
      },
    ),
  'wordpress-hosted': (feed) =>
    rss(
      feed,
      (
        e,
      ) => `<title>${xml(e.title)}</title><link>${e.link}</link><pubDate>${rfc(e.at)}</pubDate><dc:creator>${e.author}</dc:creator><guid isPermaLink="false">${feed.home}?p=${e.number}</guid><description>${cdata(html(e))}</description>
<media:thumbnail url="${e.picture}"/><media:content url="${e.picture}" medium="image"><media:title type="html">${xml(e.title)}</media:title></media:content>`,
      { attributes: `${NS.dc} ${NS.media}` },
    ),
  ghost: (feed) =>
    rss(
      feed,
      (e) =>
        `<title>${cdata(e.title)}</title><description>${cdata(e.paragraphs[0] ?? '')}</description><link>${e.link}</link><guid isPermaLink="false">${'0'.repeat(20)}${e.number}</guid><category>${cdata(e.category)}</category><dc:creator>${cdata(e.author)}</dc:creator><pubDate>${rfc(e.at, 'GMT')}</pubDate><media:content url="${e.picture}" medium="image"/><content:encoded>${cdata(`<img src="${e.picture}" alt="${xml(e.title)}">${html(e)}`)}</content:encoded>`,
      { attributes: `${NS.content} ${NS.dc} ${NS.media}` },
    ),
  drupal: (feed) =>
    rss(
      feed,
      (e) =>
        `<title>${xml(e.title)}</title><link>${e.link}</link><description>${xml(`<div class="field field--name-body">${html(e)}</div><div class="field field--name-field-image"><img src="${new URL(e.picture).pathname}" width="800" height="600" alt="" /></div>`)}</description><pubDate>${rfc(e.at)}</pubDate><dc:creator>${xml(e.author)}</dc:creator><guid isPermaLink="false">${e.number} at ${feed.home}</guid>`,
      { attributes: `${NS.dc} xml:base="${feed.home}"` },
    ),
  jekyll: (feed) =>
    atom(
      feed,
      (e) =>
        `<title type="html">${xml(e.title)}</title><link href="${e.link}" rel="alternate" type="text/html" title="${xml(e.title)}"/><published>${iso(e.at)}</published><updated>${iso(e.at)}</updated><id>${e.link.replace(/\.html$/, '')}</id><content type="html" xml:base="${e.link}">${xml(`${html(e)}<img src="${e.picture}" alt="">`)}</content><author><name>${e.author}</name></author><category term="${e.category}"/><summary type="html">${cdata(e.paragraphs[0] ?? '')}</summary>`,
      { head: '<generator uri="https://jekyllrb.com/" version="4.3">Jekyll</generator>' },
    ),
  hugo: (feed) =>
    rss(
      feed,
      (e) =>
        `<title>${xml(e.title)}</title><link>${e.link}</link><pubDate>${rfc(e.at)}</pubDate><guid>${e.link}</guid><description>${xml(html(e))}</description>`,
    ),
  blogger: (feed) =>
    atom(
      feed,
      (e) =>
        `<id>tag:blogger.com,1999:blog-1.post-${e.number}</id><published>${e.at.toISOString().replace('Z', '+00:00')}</published><updated>${e.at.toISOString().replace('Z', '+00:00')}</updated><category scheme="http://www.blogger.com/atom/ns#" term="${e.category}"/><title type="text">${xml(e.title)}</title><content type="html">${xml(`<div class="separator"><a href="${e.picture}"><img border="0" src="${e.picture}" /></a></div>${e.paragraphs.map(xml).join('<br /><br />')}`)}</content><link rel="replies" type="application/atom+xml" href="${feed.home}feeds/${e.number}/comments/default"/><link rel="edit" type="application/atom+xml" href="${feed.home}edit/${e.number}"/><link rel="self" type="application/atom+xml" href="${feed.home}self/${e.number}"/><link rel="alternate" type="text/html" href="${e.link}" title="${xml(e.title)}"/><author><name>${e.author}</name><uri>${feed.home}profile</uri></author><media:thumbnail ${NS.media} url="${e.picture.replace('/large/', '/s72-c/')}" height="72" width="72"/>`,
    ),
  medium: (feed) =>
    rss(
      feed,
      (e) =>
        `<title>${cdata(e.title)}</title><link>${e.link}?source=rss</link><guid isPermaLink="false">${feed.home}p/${e.number}</guid><dc:creator>${cdata(e.author)}</dc:creator><pubDate>${rfc(e.at, 'GMT')}</pubDate><atom:updated>${iso(e.at)}</atom:updated><content:encoded>${cdata(`${figure(e)}${html(e)}<img src="https://stat.example/_/stat?event=post" width="1" height="1" alt="">`)}</content:encoded>`,
      { attributes: `${NS.content} ${NS.dc} ${NS.atom}` },
    ),
  substack: (feed) =>
    rss(
      feed,
      (e) =>
        `<title>${cdata(e.title)}</title><description>${cdata(e.paragraphs[0] ?? '')}</description><link>${e.link}</link><guid isPermaLink="false">${e.link}</guid><dc:creator>${cdata(e.author)}</dc:creator><pubDate>${rfc(e.at, 'GMT')}</pubDate><enclosure url="${e.picture}" length="0" type="image/jpeg"/><content:encoded>${cdata(html(e))}</content:encoded>`,
      { attributes: `${NS.content} ${NS.dc}` },
    ),
  podcast: (feed) =>
    rss(
      feed,
      (e) =>
        `<title>${xml(e.title)}</title><itunes:title>${xml(e.title)}</itunes:title><itunes:author>${xml(e.author)}</itunes:author><description>${cdata(html(e))}</description><itunes:summary>${xml(e.paragraphs[0] ?? '')}</itunes:summary><link>${e.link}</link><guid isPermaLink="false">ep-${e.number}</guid><pubDate>${rfc(e.at)}</pubDate><enclosure url="${feed.home}ep${e.number}.mp3" length="1" type="audio/mpeg"/><itunes:image href="${e.picture}"/><itunes:duration>1800</itunes:duration>`,
      {
        attributes: NS.itunes,
        head: `<itunes:category text="News"/><itunes:author>${xml(feed.title)}</itunes:author>`,
      },
    ),
  video: (feed) =>
    atom(
      feed,
      (e) =>
        `<id>yt:video:${e.number}</id><title>${xml(e.title)}</title><link rel="alternate" href="${e.link}"/><author><name>${e.author}</name><uri>${feed.home}</uri></author><published>${iso(e.at)}</published><updated>${iso(e.at)}</updated><media:group><media:title>${xml(e.title)}</media:title><media:content url="${feed.home}v/${e.number}" type="application/x-shockwave-flash" width="640"/><media:thumbnail url="${e.picture}" width="480" height="360"/><media:description>${xml(e.paragraphs.join('\n\n'))}</media:description></media:group>`,
      { attributes: NS.media },
    ),
  newspaper: (feed) =>
    rss(
      feed,
      (e) =>
        `<title>${xml(e.title)}</title><link>${e.link}</link><description>${xml(`${html(e)} <a href="${e.link}">Continue reading...</a>`)}</description><category domain="${feed.home}c">${e.category}</category><pubDate>${rfc(e.at, 'GMT')}</pubDate><guid>${e.link}</guid><media:content width="140" url="${e.picture}?width=140"><media:credit scheme="urn:ebu">${e.author}</media:credit></media:content><media:content width="460" url="${e.picture}?width=460"/><dc:creator>${xml(e.author)}</dc:creator><dc:date>${iso(e.at)}</dc:date>`,
      { attributes: `${NS.media} ${NS.dc}` },
    ),
  rdf: ({ home, title, language, entries }) => `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" ${NS.dc} ${NS.content}><channel rdf:about="${home}"><title>${xml(title)}</title><link>${home}</link><description/><dc:language>${language.code}</dc:language><items><rdf:Seq>${entries.map((e) => `<rdf:li rdf:resource="${e.link}"/>`).join('')}</rdf:Seq></items></channel>
${entries.map((e) => `<item rdf:about="${e.link}"><title>${xml(e.title)}</title><link>${e.link}</link><description>${xml(e.paragraphs.join(' '))}</description><dc:creator>${xml(e.author)}</dc:creator><dc:date>${iso(e.at)}</dc:date><dc:subject>${e.category}</dc:subject></item>`).join('\n')}
</rdf:RDF>`,
  typo3: (feed) =>
    atom(
      feed,
      (e) =>
        `<title type="text">${xml(e.title)}</title><link href="${e.link}?wt_mc=rss"/><id>${e.link}</id><updated>${e.at.toISOString().replace('.000Z', '+00:00')}</updated><published>${e.at.toISOString().replace('.000Z', '+00:00')}</published><author><name>${e.author}</name></author><summary type="text">${xml(e.paragraphs[0] ?? '')}</summary><content type="html">${cdata(`<p><a href="${e.link}"><img src="${e.picture}" class="webfeedsFeaturedVisual" alt="" /></a></p>${html(e)}`)}</content>`,
    ),
  joomla: (feed) =>
    rss(
      feed,
      (e) =>
        `<title>${cdata(e.title)}</title><link>${e.link}</link><guid isPermaLink="true">${e.link}</guid><description>${cdata(`<div class="feed-description"><p><img src="${e.picture}" alt="" /></p>${html(e)}</div>`)}</description><author>redaktion@example.org (${e.author})</author><category>${e.category}</category><pubDate>${rfc(e.at, '+0100')}</pubDate>`,
    ),
  dotnet: (feed) =>
    rss(
      feed,
      (e) =>
        `<guid isPermaLink="false">${e.number}</guid><link>${e.link}</link><a10:author><a10:name>${xml(e.author)}</a10:name></a10:author><category>${e.category}</category><title>${xml(e.title)}</title><description>${xml(html(e))}</description><pubDate>${rfc(e.at, 'Z')}</pubDate><a10:updated>${iso(e.at)}</a10:updated>`,
      { attributes: 'xmlns:a10="http://www.w3.org/2005/Atom"' },
    ),
  releases: (feed) =>
    atom(
      feed,
      (e) =>
        `<id>tag:git.example,2008:Repository/1/${e.number}</id><updated>${iso(e.at)}</updated><link rel="alternate" type="text/html" href="${e.link}"/><title>${xml(e.title)}</title><content type="html">${xml(html(e))}</content><author><name>${e.author}</name></author><media:thumbnail ${NS.media} height="30" width="30" url="https://avatars.example/u/1?s=60"/>`,
    ),
  forum: (feed) =>
    rss(
      feed,
      (e) =>
        `<title>${xml(e.title)}</title><dc:creator>${cdata(`@${e.author.toLowerCase().replace(/\s+/g, '_')}`)}</dc:creator><category>${e.category}</category><description>${cdata(html(e))}</description><link>${e.link}</link><pubDate>${rfc(e.at)}</pubDate><discourse:topicPinned xmlns:discourse="http://www.discourse.org/">No</discourse:topicPinned><guid isPermaLink="false">forum-topic-${e.number}</guid>`,
      { attributes: NS.dc },
    ),
  shop: (feed) =>
    atom(
      feed,
      (e) =>
        `<id>${e.link}</id><published>${e.at.toISOString().replace('.000Z', '-05:00')}</published><updated>${iso(e.at)}</updated><link rel="alternate" type="text/html" href="${e.link}"/><title>${xml(e.title)}</title><author><name>${e.author}</name></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">${html(e)}<img src="${e.picture}" alt="x"/></div></content>`,
    ),
  'old-rss': ({
    home,
    title,
    language,
    entries,
  }) => `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>${xml(title)}</title><link>${home}</link><description/><language>${language.code}</language>
${entries.map((e) => `<item><title>${xml(e.title)}</title><link>${e.link}</link><description>${xml(e.paragraphs[0] ?? '')}</description></item>`).join('\n')}</channel></rss>`,
  'old-atom': ({
    home,
    title,
    entries,
    language,
  }) => `<?xml version="1.0" encoding="UTF-8"?><feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="${language.code}"><title>${xml(title)}</title><link rel="alternate" type="text/html" href="${home}"/>
${entries.map((e) => `<entry><title>${xml(e.title)}</title><link rel="alternate" type="text/html" href="${e.link}"/><id>tag:${e.number}</id><issued>${iso(e.at)}</issued><modified>${iso(e.at)}</modified><author><name>${e.author}</name></author><content type="text/html" mode="escaped">${xml(html(e))}</content></entry>`).join('\n')}</feed>`,
  homemade: (feed) =>
    rss(
      feed,
      (e) =>
        `<title>${xml(e.title)}</title>\n<link>\n${e.link}\n</link>\n<description>${xml(e.paragraphs.join('<br>'))}</description>\n<pubDate>${DAYS[e.at.getUTCDay()]}, ${two(e.at.getUTCDate())} ${e.at.toUTCString().slice(8, 16)} ${two(e.at.getUTCHours())}:${two(e.at.getUTCMinutes())} GMT</pubDate><author>${e.author}</author><enclosure url="${e.picture}" type="image/jpeg" length="1000"/>`,
    ),
  social: (feed) =>
    rss(
      feed,
      (e) =>
        `<guid isPermaLink="true">${e.link}</guid><link>${e.link}</link><pubDate>${rfc(e.at)}</pubDate><description>${xml(html(e))}</description><media:content url="${e.picture}" type="image/jpeg" fileSize="1" medium="image"/>`,
      { attributes: NS.media },
    ),
};
