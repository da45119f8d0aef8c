import { describe, expect, test } from 'vitest';
import { parseDate, readDate } from '../../../../src/articles/sources/dates/read-date.ts';
import { processorMs } from '../../../helpers/processor-time.ts';

const NOW = Date.UTC(2020, 10, 10, 12);
const iso = (text: string, language?: string) => {
  const at = parseDate(text, language === undefined ? {} : { language });
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe('a date', () => {
  test.each([
    ['Wed, 31 Jan 2018 07:26:05 GMT', '2018-01-31T07:26:05.000Z'],
    ['31 Jan 18 07:26 EST', '2018-01-31T12:26:00.000Z'],
    ['Tue, 10 Nov 2020 10:00:00 +0530', '2020-11-10T04:30:00.000Z'],
    ['Sat, 01 Aug 2020 10:00:00 CEST', '2020-08-01T08:00:00.000Z'],
    ['Tue Nov 10 2020 10:00:00 GMT+0100 (CET)', '2020-11-10T09:00:00.000Z'],
    ['Mar 3, 2020 5:04 PM', '2020-03-03T17:04:00.000Z'],
    ['12 Nov 2020 12:15 am', '2020-11-12T00:15:00.000Z'],
  ])('is read as RFC 822 and its relatives write it: %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  test.each([
    ['2016-06-03T07:38:00.123-07:00', '2016-06-03T14:38:00.123Z'],
    ['2020-11-10', '2020-11-10T00:00:00.000Z'],
    ['2020-11-10 08:30', '2020-11-10T08:30:00.000Z'],
    ['20201110T101500Z', '2020-11-10T10:15:00.000Z'],
    ['2020-11-10T10:15+01', '2020-11-10T09:15:00.000Z'],
  ])('is read as ISO 8601 writes it: %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  test.each([
    ['Seg, 24 Set 2018 19:42:40 -0300', '2018-09-24T22:42:40.000Z'],
    ['24 de setembro de 2018', '2018-09-24T00:00:00.000Z'],
    ['Do, 24. März 2016 19:42 Uhr', '2016-03-24T19:42:00.000Z'],
    ['mardi 10 août 2020 à 10h30', '2020-08-10T10:30:00.000Z'],
    ['wto, 24 wrz 2018 10:00:00 +0200', '2018-09-24T08:00:00.000Z'],
    ['24 сентября 2018 г.', '2018-09-24T00:00:00.000Z'],
    ['Πέμ, 24 Σεπ 2020', '2020-09-24T00:00:00.000Z'],
    ['çar, 24 eyl 2020', '2020-09-24T00:00:00.000Z'],
    ['Dom, 1 Dic 2019 10:00:00 +0100', '2019-12-01T09:00:00.000Z'],
  ])('is read with the names of other languages: %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  test.each([
    ['月, 02 11月 2026 17:30:05 +0900', '2026-11-02T08:30:05.000Z'],
    ['月曜日, 2026年11月2日 - 17:30', '2026-11-02T17:30:00.000Z'],
    ['周一, 02 11月 2026 17:30:05 +0800', '2026-11-02T09:30:05.000Z'],
    ['星期一, 2026年11月2日 - 17:30', '2026-11-02T17:30:00.000Z'],
    ['월, 02 11월 2026 17:30:05 +0900', '2026-11-02T08:30:05.000Z'],
    ['월요일, 2026년 11월 2일 - 17:30', '2026-11-02T17:30:00.000Z'],
    ['Thứ 2, 02 Th11 2026 17:30:05 +0700', '2026-11-02T10:30:05.000Z'],
    ['Thứ Hai, 2 tháng 11, 2026 - 17:30', '2026-11-02T17:30:00.000Z'],
    ['יום שני, 2 בנובמבר 2026 - 17:30', '2026-11-02T17:30:00.000Z'],
    ['الاثنين, 02 نونبر 2026 17:30:05 +0100', '2026-11-02T16:30:05.000Z'],
    ['الاثنين، 2 جانفي 2026 17:30', '2026-01-02T17:30:00.000Z'],
    ['پیر، 2 نومبر، 2026 17:30', '2026-11-02T17:30:00.000Z'],
    ['2 மே, 2026 17:30', '2026-05-02T17:30:00.000Z'],
    ['सोमवार, २ फेब्रुवारी, २०२६ - 17:30', '2026-02-02T17:30:00.000Z'],
    ['Dydd Mawrth, 20 Ionawr 2026 - 17:30', '2026-01-20T17:30:00.000Z'],
    ['2 มกราคม 2569 17:30', '2026-01-02T17:30:00.000Z'],
  ])('is read in the words and order of further languages: %s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  test('keeps the vowels that are all that tells two months apart', () => {
    expect(iso('02 ม.ค. 2026', 'th')).toBe('2026-01-02T00:00:00.000Z');
    expect(iso('02 มี.ค. 2026', 'th')).toBe('2026-03-02T00:00:00.000Z');
    expect(iso('02 জানু 2026', 'bn')).toBe('2026-01-02T00:00:00.000Z');
    expect(iso('02 ஜன. 2026', 'ta')).toBe('2026-01-02T00:00:00.000Z');
    expect(iso('02 जाने 2026', 'mr')).toBe('2026-01-02T00:00:00.000Z');
  });

  test('is not read where two languages that share its weekday disagree about its month', () => {
    expect(iso('pon, 20 srp 2026')).toBeUndefined();
    expect(iso('pon, 20 srp 2026', 'hr')).toBe('2026-07-20T00:00:00.000Z');
    expect(iso('pon, 20 srp 2026', 'cs')).toBe('2026-08-20T00:00:00.000Z');
  });

  test.each([
    ['Sunday, November 22, 2026 - 05:00', '2026-11-22T05:00'],
    ['1795323600', '2026-11-22T05:00'],
    ['1795323600000', '2026-11-22T05:00'],
    ['2026-11-22 05:00:00 +0000 UTC', '2026-11-22T05:00'],
    ['Sun, 22 Nov 2026 05:00:00+0100', '2026-11-22T04:00'],
    ['Sun, 22 Nov 2026 5:0:0 GMT', '2026-11-22T05:00'],
    ['22-Nov-2026 05:00:00', '2026-11-22T05:00'],
    ['Sunday, 22-Nov-26 05:00:00 GMT', '2026-11-22T05:00'],
    ['Sun, 22 Nov 2026 05:00:00 Europe/Berlin', '2026-11-22T04:00'],
    ['Sun, 2026-11-22 05:00', '2026-11-22T05:00'],
    ['22/11/2026 - 05:00', '2026-11-22T05:00'],
    ['Sun, 22 Nov 2026 05:00:00 HST', '2026-11-22T15:00'],
    ['Sun, 22 Nov 2026 05:00:00 PT', '2026-11-22T13:00'],
    ['Sun, 22 Nov 2026 05:00:00 EDT-0400', '2026-11-22T09:00'],
    ['Sun Nov 22 05:00:00 2026', '2026-11-22T05:00'],
    ['Sun, 2026/11/22 05:00:00 EST', '2026-11-22T10:00'],
    ['2026-november-22T5:00-05:00', '2026-11-22T10:00'],
    ['2026년 11월 22일 오후 5:00:17', '2026-11-22T17:00'],
    ['2026-11-22 오전 05:00:10', '2026-11-22T05:00'],
    ['2026年11月22日(日) 17時30分', '2026-11-22T17:30'],
    ['2026年11月22日 星期日 下午5:30', '2026-11-22T17:30'],
    ['２０２６年１１月２２日', '2026-11-22T00:00'],
    ['20261122050000', '2026-11-22T05:00'],
    ['2026-326', '2026-11-22T00:00'],
    ['2026W477', '2026-11-22T00:00'],
    ['2026-11', '2026-11-01T00:00'],
    ['2026-11-21T24:00:00Z', '2026-11-22T00:00'],
    ['2026-11-22T05:00:00+01:00[Europe/Berlin]', '2026-11-22T04:00'],
    ['Nov. 22, 2026, 5:00 p.m. EST', '2026-11-22T22:00'],
    ['Sunday 22nd of November 2026 at 5pm', '2026-11-22T17:00'],
    ['22/Nov/2026:05:00:00 +0100', '2026-11-22T04:00'],
    ['/Date(1795323600000)/', '2026-11-22T05:00'],
    ['niedziela, 22 listopada 2026 17:00', '2026-11-22T17:00'],
    ['CN, 22 thg 11 2026 17:00', '2026-11-22T17:00'],
    ['2026. november 22., vasárnap 17:00', '2026-11-22T17:00'],
    ['الأحد، ٢٢ نوفمبر ٢٠٢٦ ٠٥:٠٠', '2026-11-22T05:00'],
    ['Κυρ, 22 Νοέ 2026 12:00:00 EST', '2026-11-22T17:00'],
    ['So, 22.11.26 17.00 Uhr', '2026-11-22T17:00'],
  ])('is read as public readers read it: %s', (text, expected) => {
    expect(iso(text)).toBe(
      `${expected}:${text.includes(':17') || text.includes(':10') ? text.slice(-2) : '00'}.000Z`,
    );
  });

  test('without a zone is by its editors’ clock, on either side of a clock change', () => {
    const berlin = (text: string) => parseDate(text, { timeZone: 'Europe/Berlin' });
    expect(berlin('2026-11-22 07:00')).toBe(Date.UTC(2026, 10, 22, 6));
    expect(berlin('2026-07-22')).toBe(Date.UTC(2026, 6, 21, 22));
    expect(berlin('2026-03-29 01:59')).toBe(Date.UTC(2026, 2, 29, 0, 59));
    expect(berlin('2026-03-29 03:00')).toBe(Date.UTC(2026, 2, 29, 1));
    expect(berlin('Sun, 22 Nov 2026 07:00:00 GMT')).toBe(Date.UTC(2026, 10, 22, 7));
  });

  test('in digits is read in the order of its language', () => {
    expect(iso('03/04/2026', 'en-US')).toBe('2026-03-04T00:00:00.000Z');
    expect(iso('03/04/2026', 'en-GB')).toBe('2026-04-03T00:00:00.000Z');
    expect(iso('03/04/2026', 'fr')).toBe('2026-04-03T00:00:00.000Z');
    expect(iso('22 พ.ย. 2569', 'th')).toBe('2026-11-22T00:00:00.000Z');
  });

  test.each(['(', '[', '1 ', 'Nov ', '5:', ' ', '２', '年', '-', '+1'])(
    'of a megabyte of %j is refused within 100 ms, and so is all that is short enough to be looked at',
    async (piece) => {
      expect(readDate(piece.repeat(1_000_000), NOW)).toEqual({ ok: false, problem: 'too-long' });
      const readAll = () => {
        readDate(piece.repeat(1_000_000), NOW);
        for (let length = 1; length <= 100; length += 9) parseDate(piece.repeat(length).slice(0, 100));
      };
      expect(await processorMs(readAll, 100)).toBeLessThan(100);
    },
  );

  test('that begins with "Mar" is a Tuesday where a month follows and March where none does', () => {
    expect(iso('Mar, 24 Nov 2020 10:00:00 GMT')).toBe('2020-11-24T10:00:00.000Z');
    expect(iso('Mar 24 2020')).toBe('2020-03-24T00:00:00.000Z');
  });

  test('with a word that means two months is read only when the language decides', () => {
    expect(iso('3 lis 2020')).toBeUndefined();
    expect(iso('3 lis 2020', 'pl')).toBe('2020-11-03T00:00:00.000Z');
    expect(iso('3 lis 2020', 'hr-HR')).toBe('2020-10-03T00:00:00.000Z');
  });

  test('in digits is read day first, and not at all where it has two readings', () => {
    expect(iso('24.09.2018 10:30')).toBe('2018-09-24T10:30:00.000Z');
    expect(iso('12/25/2019')).toBe('2019-12-25T00:00:00.000Z');
    expect(iso('03/04/2020')).toBeUndefined();
  });

  test.each([
    '',
    'soon',
    '31 Feb 2020',
    '2020-13-01',
    '10 Nov 2020 25:61',
    'Nov 2020',
    '1 2 3 4 5',
    '99'.repeat(500),
  ])('that is none is not read: %s', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  test('relative to now is not the source’s own', () => {
    expect(readDate('9 hours ago', NOW)).toEqual({ ok: true, at: NOW - 9 * 3_600_000, dated: false });
    expect(readDate('a day ago', NOW)).toEqual({ ok: true, at: NOW - 86_400_000, dated: false });
    expect(readDate('15 minutes ago', NOW)).toEqual({ ok: true, at: NOW - 900_000, dated: false });
    expect(readDate('in 2 hours', NOW)).toEqual({ ok: true, at: NOW + 7_200_000, dated: false });
    expect(readDate('in 15 seconds', NOW)).toEqual({ ok: true, at: NOW + 15_000, dated: false });
    expect(readDate('in a minute', NOW)).toEqual({ ok: true, at: NOW + 60_000, dated: false });
    expect(readDate('in 2 days', NOW)).toEqual({ ok: true, at: NOW, dated: false });
    expect(readDate('in 2 hours ago', NOW)).toEqual({ ok: false, problem: 'unreadable' });
  });

  test('in the future counts as now, but a few hours ahead are another zone', () => {
    expect(readDate('2031-01-01', NOW)).toEqual({ ok: true, at: NOW, dated: false });
    expect(readDate('2020-11-11', NOW)).toEqual({ ok: true, at: Date.UTC(2020, 10, 11), dated: true });
  });
});
