import * as body from './bodies.ts';
import type { Newsroom, Piece } from './pieces.ts';
import { type Child, type Element, el, escaped, say } from './xml-writer.ts';

/** A publishing system's way of writing a newsroom's feed. */
export type System = (room: Newsroom) => Element;

export const NS = {
  atom: 'http://www.w3.org/2005/Atom',
  content: 'http://purl.org/rss/1.0/modules/content/',
  dc: 'http://purl.org/dc/elements/1.1/',
  dcterms: 'http://purl.org/dc/terms/',
  feedburner: 'http://rssnamespace.org/feedburner/ext/1.0',
  itunes: 'http://www.itunes.com/dtds/podcast-1.0.dtd',
  media: 'http://search.yahoo.com/mrss/',
  slash: 'http://purl.org/rss/1.0/modules/slash/',
  sy: 'http://purl.org/rss/1.0/modules/syndication/',
  thr: 'http://purl.org/syndication/thread/1.0',
  wfw: 'http://wellformedweb.org/CommentAPI/',
} as const;

/** Declarations of namespaces by their usual prefixes. */
export function spaces(...names: (keyof typeof NS)[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`xmlns:${name}`, NS[name]]));
}

/** A date as ISO 8601 has it. */
export function iso(at: Date, zone = 'Z'): string {
  return `${at.toISOString().slice(0, 19)}${zone}`;
}

/** A date as RFC 822 has it, by the clock of a zone some hours from UTC. */
export function rfc(at: Date, zone = '+0000', hours = 0): string {
  return new Date(at.getTime() + hours * 3_600_000).toUTCString().replace('GMT', zone);
}

type Fields = (piece: Piece, room: Newsroom) => readonly (Element | undefined)[];

function rss(room: Newsroom, attributes: Record<string, string>, head: readonly Element[], fields: Fields) {
  const items = room.pieces.map((piece) => el('item', {}, ...fields(piece, room)));
  const channel = [
    say('title', room.name),
    say('link', room.home),
    say('description', room.name),
    say('language', room.tongue.code),
    ...head,
  ];
  return el('rss', { version: '2.0', ...attributes }, el('channel', {}, ...channel, ...items));
}

const html = (markup: string): Child => ({ cdata: markup });
/** A name that is no address. */
export const guid = (id: string) => el('guid', { isPermaLink: 'false' }, id);
const self = (room: Newsroom) =>
  el('atom:link', { href: `${room.home}feed/`, rel: 'self', type: 'application/rss+xml' });

const wordpressSpaces = spaces('content', 'wfw', 'dc', 'atom', 'sy', 'slash');
const wordpressHead = (room: Newsroom): Element[] => [
  self(room),
  say('lastBuildDate', 'Sat, 28 Nov 2026 06:00:00 +0000'),
  say('sy:updatePeriod', '\n\thourly\t'),
  say('generator', 'https://wordpress.org/?v=6.6.2'),
  el('image', {}, say('url', `${room.home}icon-32x32.png`), say('title', room.name), say('width', '32')),
];
const wordpressItem = (piece: Piece, room: Newsroom, body_: body.Body, more: readonly Element[] = []) => [
  say('title', piece.title),
  say('link', piece.link),
  say('comments', `${piece.link}#respond`),
  say('dc:creator', piece.author),
  say('pubDate', rfc(piece.at)),
  ...piece.topics.map((topic) => say('category', topic)),
  guid(`${room.home}?p=${piece.number}`),
  say('description', html(`<p>${escaped(piece.lead)} [&#8230;]</p>`)),
  say('content:encoded', html(body_(piece, room))),
  say('wfw:commentRss', `${piece.link}feed/`),
  say('slash:comments', String(piece.number % 7)),
  ...more,
];

/** Systems that write RSS 2.0 with the whole text or a good part of it. */
export const RSS_SYSTEMS: Readonly<Record<string, System>> = {
  'wordpress-blocks': (room) =>
    rss(room, wordpressSpaces, wordpressHead(room), (piece) => wordpressItem(piece, room, body.wordpress)),
  'wordpress-classic': (room) =>
    rss(room, { ...wordpressSpaces, ...spaces('media') }, wordpressHead(room), (piece) =>
      wordpressItem(piece, room, body.classicEditor, [
        el(
          'media:content',
          { url: piece.picture, medium: 'image', width: '1200', height: '800' },
          el('media:title', { type: 'plain' }, piece.title),
        ),
      ]),
    ),
  'blogger-rss': (room) =>
    rss(
      room,
      { 'xmlns:atom': NS.atom, 'xmlns:thr': NS.thr, ...spaces('media') },
      [say('managingEditor', 'noreply@blogger.com (Blogger)')],
      (piece) => [
        guid(`tag:blogger.com,1999:blog-77.post-${piece.number}`),
        say('pubDate', rfc(piece.at)),
        say('atom:updated', piece.at.toISOString().replace('Z', '+00:00')),
        say('title', piece.title),
        say('description', body.blogger(piece, room)),
        say('link', piece.link),
        say('author', `noreply@blogger.com (${piece.author})`),
        el('media:thumbnail', {
          url: piece.picture.replace('/media/', '/media/s72-c/'),
          height: '72',
          width: '72',
        }),
        say('thr:total', '0'),
      ],
    ),
  'ghost-5': (room) =>
    rss(room, spaces('dc', 'content', 'atom', 'media'), [self(room), say('ttl', '60')], (piece) => [
      say('title', piece.title),
      say('description', piece.lead),
      say('link', piece.link),
      guid(`${'6'.repeat(20)}${piece.number}`),
      ...piece.topics.map((topic) => say('category', topic)),
      say('dc:creator', piece.author),
      say('pubDate', rfc(piece.at, 'GMT')),
      el('media:content', { url: piece.picture, medium: 'image' }),
      say('content:encoded', html(body.ghost(piece, room))),
    ]),
  'substack-2': (room) =>
    rss(
      room,
      spaces('dc', 'content', 'atom', 'itunes'),
      [
        self(room),
        say('webMaster', 'desk@example.org'),
        el('itunes:owner', {}, say('itunes:email', 'desk@example.org')),
      ],
      (piece) => [
        say('title', piece.title),
        say('description', piece.lead),
        say('link', piece.link),
        guid(piece.link),
        say('dc:creator', piece.author),
        say('pubDate', rfc(piece.at, 'GMT')),
        el('enclosure', { url: piece.picture, length: '0', type: 'image/jpeg' }),
        say('content:encoded', html(body.substack(piece, room))),
      ],
    ),
  squarespace: (room) =>
    rss(
      room,
      { ...spaces('content', 'wfw', 'itunes', 'dc'), 'xmlns:media': 'http://www.rssboard.org/media-rss' },
      [],
      (piece) => [
        say('title', piece.title),
        say('dc:creator', piece.author),
        say('pubDate', rfc(piece.at)),
        say('link', piece.link),
        guid(`5f0:${piece.number}:77`),
        say('description', html(body.squarespace(piece, room))),
        el(
          'media:content',
          {
            type: 'image/jpeg',
            url: `${piece.picture}?format=1500w`,
            medium: 'image',
            isDefault: 'true',
            width: '1500',
            height: '1000',
          },
          el('media:title', { type: 'plain' }, piece.title),
        ),
      ],
    ),
  wix: (room) =>
    rss(room, spaces('dc', 'content', 'atom'), [self(room)], (piece) => [
      say('title', piece.title),
      say('description', `${piece.lead} ${piece.paragraphs[0]?.slice(0, 60)}...`),
      say('link', piece.link),
      guid(`${'a'.repeat(20)}${piece.number}`),
      say('pubDate', rfc(piece.at, 'GMT')),
      el('enclosure', {
        url: `${piece.picture.replace(/\.jpg$/, '~mv2.jpg')}/v1/fit/w_1000,h_666,al_c,q_80/file.png`,
        length: '0',
        type: 'image/png',
      }),
      say('dc:creator', piece.author),
    ]),
  'medium-full': (room) =>
    rss(room, spaces('dc', 'content', 'atom'), [self(room), say('generator', 'Medium')], (piece) => [
      say('title', piece.title),
      say('link', `${piece.link}${piece.link.includes('?') ? '&' : '?'}source=rss----77---4`),
      guid(`${room.home}p/${piece.number}`),
      ...piece.topics.map((topic) => say('category', topic)),
      say('dc:creator', piece.author),
      say('pubDate', rfc(piece.at, 'GMT')),
      say('atom:updated', piece.at.toISOString()),
      say('content:encoded', html(body.medium(piece, room))),
    ]),
  'medium-teaser': (room) =>
    rss(room, spaces('dc', 'atom'), [self(room)], (piece) => [
      say('title', piece.title),
      say(
        'description',
        html(
          `<div class="medium-feed-item"><p class="medium-feed-image"><a href="${escaped(piece.link)}"><img src="${piece.picture}" width="1200"></a></p><p class="medium-feed-snippet">${escaped(piece.lead)} ${escaped(piece.paragraphs.join(' '))}</p><p class="medium-feed-link"><a href="${escaped(piece.link)}">Continue reading on ${escaped(room.name)} »</a></p></div>`,
        ),
      ),
      say('link', piece.link),
      guid(`${room.home}p/${piece.number}`),
      say('dc:creator', piece.author),
      say('pubDate', rfc(piece.at, 'GMT')),
    ]),
  'drupal-7': (room) =>
    rss(room, { 'xml:base': room.home, ...spaces('dc') }, [], (piece) => [
      say('title', piece.title),
      say('link', piece.link),
      say(
        'description',
        `<div class="field field-name-field-image field-type-image field-label-hidden"><div class="field-items"><div class="field-item even"><img typeof="foaf:Image" src="${piece.picture}?itok=x_${piece.number}" width="480" height="320" alt="" /></div></div></div><div class="field field-name-body"><div class="field-items"><div class="field-item even" property="content:encoded">${body.prose(piece, room)}</div></div></div>`,
      ),
      say('pubDate', rfc(piece.at)),
      say('dc:creator', piece.author),
      guid(`${piece.number} at ${room.home.slice(0, -1)}`),
      say('comments', `${piece.link}#comments`),
    ]),
  'joomla-4': (room) =>
    rss(
      room,
      spaces('atom'),
      [self(room), say('generator', 'Joomla! - Open Source Content Management')],
      (piece) => [
        say('title', piece.title),
        say('link', piece.link),
        el('guid', { isPermaLink: 'true' }, piece.link),
        say(
          'description',
          html(
            `<div class="feed-description"><p><img src="${piece.picture}" alt="" /></p>${body.prose(piece, room)}</div>`,
          ),
        ),
        say('author', `desk@example.org (${piece.author})`),
        ...piece.topics.map((topic) => say('category', topic)),
        say('pubDate', rfc(piece.at)),
      ],
    ),
};
