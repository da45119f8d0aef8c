import * as body from './bodies.ts';
import type { Newsroom, Piece } from './pieces.ts';
import { iso, NS, type System, spaces } from './rss-systems.ts';
import { type Element, el, escaped, say } from './xml-writer.ts';

/** An Atom feed with its newsroom's entries. */
export function atom(
  room: Newsroom,
  root: Record<string, string>,
  head: readonly Element[],
  fields: (piece: Piece) => readonly (Element | undefined)[],
) {
  const entries = room.pieces.map((piece) => el('entry', {}, ...fields(piece)));
  const own = [
    say('title', room.name),
    say('id', room.home),
    el('link', { rel: 'alternate', type: 'text/html', href: room.home }),
    el('link', { rel: 'self', type: 'application/atom+xml', href: `${room.home}feed.atom` }),
    say('updated', '2026-11-28T06:00:00Z'),
  ];
  return el('feed', { xmlns: NS.atom, 'xml:lang': room.tongue.code, ...root }, ...own, ...head, ...entries);
}

/** Systems that write Atom. */
export const ATOM_SYSTEMS: Readonly<Record<string, System>> = {
  'blogger-atom': (room) =>
    atom(
      room,
      spaces('thr', 'media'),
      [el('author', {}, say('name', room.name), say('email', 'noreply@blogger.com'))],
      (piece) => [
        say('id', `tag:blogger.com,1999:blog-77.post-${piece.number}`),
        say('published', piece.at.toISOString().replace('Z', '+00:00')),
        say('updated', new Date(piece.at.getTime() + 90_000).toISOString().replace('Z', '+00:00')),
        ...piece.topics.map((term) => el('category', { scheme: 'http://www.blogger.com/atom/ns#', term })),
        el('title', { type: 'text' }, piece.title),
        el('content', { type: 'html' }, body.blogger(piece, room)),
        el('link', {
          rel: 'replies',
          type: 'text/html',
          href: `${piece.link}#comment-form`,
          title: '0 Comments',
        }),
        el('link', {
          rel: 'edit',
          type: 'application/atom+xml',
          href: `https://www.blogger.com/feeds/77/posts/default/${piece.number}`,
        }),
        el('link', {
          rel: 'self',
          type: 'application/atom+xml',
          href: `https://www.blogger.com/feeds/77/posts/default/${piece.number}`,
        }),
        el('link', { rel: 'alternate', type: 'text/html', href: piece.link, title: piece.title }),
        el(
          'author',
          {},
          say('name', piece.author),
          say('uri', 'https://www.blogger.com/profile/1'),
          say('email', 'noreply@blogger.com'),
        ),
        el('media:thumbnail', {
          url: piece.picture.replace('/media/', '/media/s72-c/'),
          height: '72',
          width: '72',
        }),
      ],
    ),
  'atom-xhtml': (room) =>
    atom(room, {}, [], (piece) => [
      el('title', { type: 'html' }, escaped(piece.title)),
      el('link', { href: piece.link }),
      say('id', `urn:uuid:0000-${piece.number}`),
      say('updated', iso(piece.at)),
      el('author', {}, say('name', piece.author)),
      el(
        'content',
        { type: 'xhtml' },
        {
          raw: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${escaped(piece.lead)}</p><img src="${piece.picture}" alt=""/>${body.prose(piece, room)}</div>`,
        },
      ),
    ]),
  'atom-summary': (room) =>
    atom(room, {}, [el('author', {}, say('name', `${room.name} Desk`))], (piece) => [
      say('title', piece.title),
      say('id', `tag:${room.host},2026:${piece.number}`),
      el('link', { rel: 'enclosure', type: 'image/jpeg', length: '8000', href: piece.picture }),
      el('link', { rel: 'alternate', href: piece.link }),
      say('published', iso(piece.at, '+00:00')),
      say('updated', iso(new Date(piece.at.getTime() + 3_600_000))),
      el('summary', {}, piece.lead),
    ]),
  'atom-relative': (room) =>
    atom(room, { 'xml:base': room.home }, [], (piece) => [
      say('title', piece.title),
      say('id', piece.link),
      el('link', { rel: 'alternate', type: 'text/html', href: piece.link.slice(room.home.length - 1) }),
      say('published', iso(piece.at)),
      el('author', {}, say('name', piece.author), say('email', 'desk@example.org')),
      el('content', { type: 'html' }, body.relative(piece, room)),
    ]),
  'atom-03': (room) => ({
    ...el(
      'feed',
      { version: '0.3', xmlns: 'http://purl.org/atom/ns#', ...spaces('dc'), 'xml:lang': room.tongue.code },
      say('title', room.name),
      el('link', { rel: 'alternate', type: 'text/html', href: room.home }),
      say('tagline', room.name),
      say('modified', '2026-11-28T06:00:00Z'),
      ...room.pieces.map((piece) =>
        el(
          'entry',
          {},
          say('title', piece.title),
          el('link', { rel: 'alternate', type: 'text/html', href: piece.link }),
          say('modified', iso(new Date(piece.at.getTime() + 60_000))),
          say('issued', iso(piece.at, '+00:00')),
          say('id', `tag:${room.host},2026:/1.${piece.number}`),
          say('created', iso(piece.at)),
          el('summary', { type: 'text/plain' }, piece.lead),
          el(
            'author',
            {},
            say('name', piece.author),
            say('url', room.home),
            say('email', 'desk@example.org'),
          ),
          ...piece.topics.map((topic) => say('dc:subject', topic)),
          el(
            'content',
            { type: 'text/html', mode: 'escaped', 'xml:base': room.home },
            body.plain(piece, room),
          ),
        ),
      ),
    ),
  }),
};
