import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseNewsletters, readNewsletters } from '../../src/config/newsletters.ts';
import { easternFirst } from '../../src/config/source.ts';
import { changed, daily, FILE } from './newsletters-file.ts';

describe('a file that is right', () => {
  test('gives every setting its default', () => {
    const { publisher, sources, newsletters } = parseNewsletters(FILE, 'n.yaml');
    expect(publisher).toEqual({ name: 'Belle', postal_address: '12 Garden Row' });
    expect(sources).toEqual([
      { id: 'stories', folder: 'articles', categories: [], language: '', time_zones: ['UTC'] },
      {
        id: 'palace',
        feed: 'https://palace.example/feed.xml',
        categories: [],
        language: '',
        allow_private: false,
        time_zones: [],
      },
    ]);
    expect(newsletters).toEqual([
      {
        id: 'daily',
        title: 'The Daily Belle',
        description: '',
        language: 'en',
        schedule: '0 7 * * *',
        time_zone: 'UTC',
        missed: 'catch_up',
        catch_up_within: 12 * 3_600_000,
        max_age: 48 * 3_600_000,
        uncertain: 'resend',
        sources: ['stories'],
        lead: [],
        limits: { stories: 24 },
        weekly_on: 'sunday',
        layout: 'magazine',
        help: {},
        goodbye: true,
        archive: 'public',
        review: { before: 0, approval: 'automatic', sensitive: 'automatic', remind: 1_800_000, notify: [] },
        sections: [
          {
            id: 'royal',
            title: 'Royals',
            light: false,
            when: { source: [], category: ['royal'], keyword: [] },
          },
          { id: 'more', title: 'More', light: false, when: { source: [], category: [], keyword: [] } },
        ],
      },
    ]);
  });

  test('says who looks before an edition goes, and who is told', () => {
    const review = 'review: { before: 2h, sensitive: required, remind: 15m, notify: [desk@paper.example] }';
    expect(parseNewsletters(daily(review), 'n.yaml').newsletters[0]?.review).toEqual({
      before: 7_200_000,
      approval: 'automatic',
      sensitive: 'required',
      remind: 900_000,
      notify: ['desk@paper.example'],
    });
  });

  test('may come from Windows, with a byte order mark', () => {
    const windows = `\ufeff${FILE.replaceAll('\n', '\r\n')}`;
    expect(parseNewsletters(windows, 'n.yaml')).toEqual(parseNewsletters(FILE, 'n.yaml'));
  });

  test('may say a thing once and refer to it', () => {
    const twice = changed('[stories]', '&all [stories]').concat(
      '  weekly: { title: W, schedule: 0 7 * * 1, sources: *all, sections: { all: { title: All } } }\n',
    );
    expect(parseNewsletters(twice, 'n.yaml').newsletters[1]?.sources).toEqual(['stories']);
  });

  test.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['12 h', 43_200_000],
    ['2d', 172_800_000],
  ])('reads %s as a length of time', (text, ms) => {
    expect(parseNewsletters(daily(`max_age: ${text}`), 'n.yaml').newsletters[0]?.max_age).toBe(ms);
  });
});

test('the newsletters.yaml of the repository is right', () => {
  const file = readNewsletters(resolve(import.meta.dirname, '../../newsletters.yaml'));
  expect(file.newsletters.length).toBeGreaterThan(0);
});

test.each([
  [
    ['Europe/Berlin', 'Asia/Tokyo', 'America/New_York'],
    ['Asia/Tokyo', 'Europe/Berlin', 'America/New_York'],
  ],
  [
    ['Europe/Berlin', 'Europe/Paris', 'Europe/Berlin'],
    ['Europe/Berlin', 'Europe/Paris'],
  ],
  [
    ['Asia/Kolkata', 'Asia/Kathmandu'],
    ['Asia/Kathmandu', 'Asia/Kolkata'],
  ],
  [[], []],
])('of %j the clock that is ahead comes first, each once', (zones, expected) => {
  expect(easternFirst(zones)).toEqual(expected);
});

test('a source reads times without a zone by its own clock, else by that of each newsletter that uses it', () => {
  const weekly =
    '  weekly: { title: W, schedule: 0 7 * * 1, time_zone: Asia/Tokyo, sources: [stories], sections: { all: { title: All } } }\n';
  const zones = (file: string) =>
    parseNewsletters(file + weekly, 'n.yaml').sources.map(({ time_zones }) => time_zones);
  expect(zones(daily('time_zone: Europe/Berlin'))[0]).toEqual(['Asia/Tokyo', 'Europe/Berlin']);
  const own = daily('time_zone: Europe/Berlin').replace(
    /(stories: \{ folder: articles)/,
    '$1, time_zone: America/New_York',
  );
  expect(zones(own)[0]).toEqual(['America/New_York']);
});
