import { atom } from './atom-systems.ts';
import * as body from './bodies.ts';
import type { Newsroom, Piece } from './pieces.ts';
import { guid, iso, rfc, type System, spaces } from './rss-systems.ts';
import { type Element, el, escaped, say } from './xml-writer.ts';

/** Feeds whose pictures or sounds come before their text. */
export const MEDIA_SYSTEMS: Readonly<Record<string, System>> = {
  'podcast-2': (room) =>
    channel(
      room,
      { ...spaces('itunes', 'content', 'atom'), 'xmlns:podcast': 'https://podcastindex.org/namespace/1.0' },
      [
        say('itunes:author', room.name),
        el('itunes:owner', {}, say('itunes:name', room.name), say('itunes:email', 'desk@example.org')),
        el(
          'itunes:category',
          { text: 'Society & Culture' },
          el('itunes:category', { text: 'Places & Travel' }),
        ),
        el('itunes:image', { href: `${room.home}cover.jpg` }),
      ],
      (piece) => [
        say('title', piece.title),
        say('itunes:title', piece.title),
        say('itunes:author', piece.author),
        say('itunes:summary', piece.lead),
        say('description', `<p>${escaped(piece.lead)}</p>${body.prose(piece, room)}`),
        say('link', piece.link),
        guid(`episode-${piece.number}`),
        say('pubDate', rfc(piece.at)),
        el('enclosure', {
          url: `https://track.example/r/${room.host}/${piece.number}.mp3?dest-id=1`,
          length: '123456',
          type: 'audio/mpeg',
        }),
        el('itunes:image', { href: piece.picture }),
        say('itunes:duration', '00:41:07'),
        say('itunes:explicit', 'false'),
        say('itunes:episode', String(piece.number)),
      ],
    ),
  'media-group': (room) =>
    channel(room, spaces('media', 'dc', 'dcterms'), [], (piece) => [
      say('title', piece.title),
      say('link', piece.link),
      guid(`urn:press:${piece.number}`),
      say('description', piece.lead),
      say('dc:creator', piece.author),
      say('pubDate', rfc(piece.at, 'GMT')),
      say('dcterms:modified', iso(new Date(piece.at.getTime() + 600_000))),
      el(
        'media:group',
        {},
        ...[140, 460, 1200].map((width) =>
          el(
            'media:content',
            {
              url: `${piece.picture}?width=${width}`,
              type: 'image/jpeg',
              medium: 'image',
              width: String(width),
              height: String(Math.round(width / 1.5)),
            },
            el('media:credit', { role: 'photographer', scheme: 'urn:ebu' }, 'A. Lens'),
            el('media:description', { type: 'plain' }, piece.caption),
          ),
        ),
      ),
      el('media:keywords', {}, piece.topics.join(', ')),
    ]),
  'media-flat': (room) =>
    channel(room, spaces('media', 'atom', 'content'), [], (piece) => [
      say('title', piece.title),
      say('link', piece.link),
      say('pubDate', rfc(piece.at, '-0500', -5)),
      el(
        'media:content',
        { url: piece.picture, type: 'image/jpeg', expression: 'full', width: '1400', height: '788' },
        el('media:description', { type: 'plain' }, { cdata: escaped(piece.caption) }),
        el('media:credit', { role: 'author', scheme: 'urn:ebu' }, 'Agency'),
      ),
      say('description', piece.lead),
      el('content:encoded', {}, { cdata: body.prose(piece, room) }),
      guid(piece.link),
    ]),
  'photo-stream': (room) =>
    atom(room, { ...spaces('media', 'dc'), 'xmlns:flickr': 'urn:flickr:user' }, [], (piece) => [
      say('title', piece.title),
      el('link', { rel: 'alternate', type: 'text/html', href: piece.link }),
      say('id', `tag:photos.example,2005:/photo/${piece.number}`),
      say('published', iso(piece.at)),
      say('updated', iso(piece.at)),
      el(
        'content',
        { type: 'html' },
        `<p><a href="${room.home}people/">${escaped(piece.author)}</a> posted a photo:</p>\n<p><a href="${escaped(piece.link)}" title="${escaped(piece.title)}"><img src="${piece.picture.replace(/\.jpg$/, '_m.jpg')}" width="240" height="160" alt="" /></a></p>\n<p>${escaped(piece.lead)}</p>`,
      ),
      el('author', {}, say('name', piece.author), say('uri', `${room.home}people/`)),
      el('link', { rel: 'enclosure', type: 'image/jpeg', href: piece.picture.replace(/\.jpg$/, '_b.jpg') }),
    ]),
  burned: (room) =>
    channel(room, spaces('feedburner', 'content', 'dc'), [], (piece) => [
      say('title', piece.title),
      say('link', `http://feedproxy.example/~r/press/~3/${piece.number}/`),
      say('dc:creator', piece.author),
      say('pubDate', rfc(piece.at)),
      guid(String(piece.number)),
      say(
        'description',
        `${body.classicEditor(piece, room)}<div class="feedflare">\n<a href="http://feeds.feedburner.com/~ff/press?a=1"><img src="http://feeds.feedburner.com/~ff/press?d=yIl2AUoC8zA" border="0"></img></a> <a href="http://feeds.feedburner.com/~ff/press?a=2"><img src="http://feeds.feedburner.com/~ff/press?i=1" border="0"></img></a>\n</div><img src="http://feeds.feedburner.com/~r/press/~4/${piece.number}" height="1" width="1" alt=""/>`,
      ),
      say('feedburner:origLink', piece.link),
    ]),
  'several-authors': (room) =>
    channel(room, spaces('dc', 'atom', 'media'), [], (piece) => [
      say('title', piece.title),
      say('link', piece.link),
      say('description', `<p>${escaped(piece.lead)}</p>${body.prose(piece, room)}`),
      say('dc:creator', piece.author),
      say('dc:creator', room.tongue.names.find((name) => name !== piece.author) ?? ''),
      say('pubDate', rfc(piece.at, 'EST', -5)),
      el('media:thumbnail', { url: piece.picture, width: '640', height: '427' }),
      say('guid', piece.link),
    ]),
  'long-mail': (room) =>
    channel(room, {}, [], (piece) => [
      say('title', piece.title),
      say('link', piece.link),
      say('author', `nora@desk.press.example (${piece.author})`),
      say('pubDate', rfc(piece.at)),
      say('description', body.plain(piece, room)),
    ]),
};

function channel(
  room: Newsroom,
  root: Record<string, string>,
  head: readonly Element[],
  fields: (piece: Piece) => readonly (Element | undefined)[],
) {
  const items = room.pieces.map((piece) => el('item', {}, ...fields(piece)));
  const own = [say('title', room.name), say('link', room.home), say('description', '')];
  return el('rss', { version: '2.0', ...root }, el('channel', {}, ...own, ...head, ...items));
}
