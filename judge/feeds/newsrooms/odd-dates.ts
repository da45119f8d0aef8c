import { type System, spaces } from './rss-systems.ts';
import type { Tongue } from './tongues.ts';
import { el, escaped, say } from './xml-writer.ts';

/** A date as somebody writes it who never read RFC 822. */
export interface OddDate {
  readonly written: string;
  /** UTC milliseconds; undefined where nobody can say. */
  readonly meant: number | undefined;
}

const HOUR_MS = 3_600_000;
const two = (number: number) => String(number).padStart(2, '0');

/** Every way of writing a moment wrongly in a language, and moments that do not exist. */
export function oddDates(at: Date, { locale, code }: Tongue): OddDate[] {
  const named = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }).format(at);
  const [day, month, year] = [two(at.getUTCDate()), two(at.getUTCMonth() + 1), at.getUTCFullYear()];
  const [hour, minute, second] = [two(at.getUTCHours()), two(at.getUTCMinutes()), two(at.getUTCSeconds())];
  const english = at.toUTCString();
  const exact = Math.floor(at.getTime() / 1000) * 1000;
  const toMinute = Math.floor(exact / 60_000) * 60_000;
  const local = new Date(exact - 3 * HOUR_MS).toISOString();
  const names = `${named({ weekday: 'short' })}, ${day} ${named({ month: 'short' })} ${year}`;
  const long = named({ dateStyle: 'long' });
  const all: readonly (readonly [written: string, meant: number | undefined])[] = [
    [`${names} ${hour}:${minute}:${second} +0000`, exact],
    [`${names} ${hour}:${minute}:${second} GMT`, exact],
    [`${named({ weekday: 'long' })}, ${long} - ${hour}:${minute}`, toMinute],
    [`${long} ${hour}:${minute}`, toMinute],
    [english.replace(/^\w+/, english.startsWith('Mon') ? 'Fri' : 'Mon'), exact],
    [english.replace(/^\w+, /, ''), exact],
    [english.replace('Nov', 'November').replace(/:\d\d GMT/, ' GMT'), toMinute],
    [english.replace(/ 20(\d\d) /, ' $1 '), exact],
    [`${local.slice(0, 10)} ${local.slice(11, 19)} -03:00`, exact],
    [`${local.slice(0, 19)}-0300`, exact],
    [english.replace('GMT', 'GMT+0000 (Coordinated Universal Time)'), exact],
    [`${day}.${month}.${year} ${hour}:${minute}`, toMinute],
    [
      code === 'en'
        ? `${year}-${month}-${day}T${hour}:${minute}`
        : `${day}/${month}/${year} ${hour}:${minute}`,
      toMinute,
    ],
    [`${year}${month}${day}T${hour}${minute}${second}Z`, exact],
    [english.replace(/\d\d Nov/, '31 Feb'), undefined],
    ['0000-00-00 00:00:00', undefined],
    [english.replace(/ \d{4} /, ' '), undefined],
  ];
  return all.map(([written, meant]) => ({ written, meant }));
}

/** A feed with another odd date in every item. */
export function oddDatesFrom(start: number): System {
  return (room) => {
    const items = room.pieces.map((piece, at) => {
      const forms = oddDates(piece.at, room.tongue);
      const form = forms[(start + at) % forms.length];
      return el(
        'item',
        {},
        say('title', piece.title),
        say('link', piece.link),
        say('pubDate', form?.written ?? ''),
        say('dc:creator', piece.author),
        say('description', piece.paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('')),
      );
    });
    const own = [say('title', room.name), say('link', room.home), say('language', room.tongue.code)];
    return el('rss', { version: '2.0', ...spaces('dc') }, el('channel', {}, ...own, ...items));
  };
}
