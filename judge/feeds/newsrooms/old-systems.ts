import * as body from './bodies.ts';
import type { Newsroom, Piece } from './pieces.ts';
import { iso, rfc, type System, spaces } from './rss-systems.ts';
import { type Element, el, say } from './xml-writer.ts';

/** The formats before RSS 2.0. */
export const OLD_SYSTEMS: Readonly<Record<string, System>> = {
  'rss-091': (room) =>
    el(
      'rss',
      { version: '0.91' },
      el(
        'channel',
        {},
        say('title', room.name),
        say('link', room.home),
        say('description', room.name),
        say('language', room.tongue.code),
        el('skipHours', {}, say('hour', '3')),
        ...room.pieces.map((piece) =>
          el(
            'item',
            {},
            say('title', piece.title),
            say('link', piece.link),
            say('description', piece.paragraphs.join(' ')),
          ),
        ),
      ),
    ),
  'rss-092': (room) =>
    el(
      'rss',
      { version: '0.92' },
      el(
        'channel',
        {},
        say('title', room.name),
        say('link', room.home),
        say('description', room.name),
        ...room.pieces.map((piece) =>
          el(
            'item',
            {},
            say('title', piece.title),
            say('link', piece.link),
            say('pubDate', rfc(piece.at, 'GMT')),
            say('description', body.prose(piece, room)),
            el('enclosure', { url: `${piece.picture}.mp3`, length: '9000', type: 'audio/mpeg' }),
            el('source', { url: `${room.home}rss.xml` }, room.name),
            say('category', piece.topics[0] ?? ''),
          ),
        ),
      ),
    ),
  'rss-10': (room) =>
    rdf(room, (piece) => [say('description', piece.lead), say('content:encoded', body.plain(piece, room))]),
  'rss-10-old': (room) =>
    rdf(room, (piece) => [
      say('description', `${piece.lead} ${piece.paragraphs.join(' ')}`),
      say('dc:format', 'text/html'),
      say('dc:rights', room.name),
    ]),
};

function rdf(room: Newsroom, text: (piece: Piece) => readonly Element[]): Element {
  const about = (piece: Piece) => ({ 'rdf:about': piece.link });
  return el(
    'rdf:RDF',
    {
      'xmlns:rdf': 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
      xmlns: 'http://purl.org/rss/1.0/',
      ...spaces('dc', 'sy', 'content'),
    },
    el(
      'channel',
      { 'rdf:about': `${room.home}index.rdf` },
      say('title', room.name),
      say('link', room.home),
      say('description', room.name),
      say('dc:language', room.tongue.code),
      say('dc:creator', 'desk@example.org'),
      say('sy:updatePeriod', 'hourly'),
      el(
        'items',
        {},
        el('rdf:Seq', {}, ...room.pieces.map((piece) => el('rdf:li', { 'rdf:resource': piece.link }))),
      ),
    ),
    ...room.pieces.map((piece) =>
      el(
        'item',
        about(piece),
        say('title', piece.title),
        say('link', piece.link),
        ...text(piece),
        ...piece.topics.map((topic) => say('dc:subject', topic)),
        say('dc:creator', piece.author),
        say('dc:date', iso(piece.at, '+00:00')),
      ),
    ),
  );
}
