import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { parseNewsletters, readNewsletters } from '../../src/config/newsletters.ts';
import { changed, daily, FILE } from './newsletters-file.ts';

describe('a file that is wrong names file, line and key, and what was expected', () => {
  const KNOWN_OF_RULE = 'the keys known here are source, category, keyword';
  const wrong: [what: string, text: string, says: string][] = [
    [
      'an unknown key at the top',
      `${FILE}newsleters: {}\n`,
      '16: newsleters: this key is not known here (did you mean newsletters?); the keys known here are publisher, sources, newsletters, pace, sign_up, sensitive, words',
    ],
    [
      'an unknown key of a rule',
      changed('category: royal', 'categry: royal'),
      `13: newsletters.daily.sections.royal.when.categry: this key is not known here (did you mean category?); ${KNOWN_OF_RULE}`,
    ],
    [
      'an unknown key of a source',
      changed('folder: articles', 'folder: articles, langage: en'),
      '5: sources.stories.langage: this key is not known here (did you mean language?); the keys known here are title, categories, language, time_zone, folder',
    ],
    [
      'an unknown key that is near to none',
      changed('folder: articles', 'folder: articles, tongue: en'),
      '5: sources.stories.tongue: this key is not known here; the keys known here are title, categories, language, time_zone, folder',
    ],
    [
      'an unknown key so short that every other is near',
      changed('folder: articles', 'folder: articles, ti: en'),
      '5: sources.stories.ti: this key is not known here; the keys known here are title, categories, language, time_zone, folder',
    ],
    [
      'an unknown key with two letters that changed places',
      changed('category: royal', 'catgeory: royal'),
      `13: newsletters.daily.sections.royal.when.catgeory: this key is not known here (did you mean category?); ${KNOWN_OF_RULE}`,
    ],
    [
      'a number for a text',
      daily('description: 5'),
      '9: newsletters.daily.description: expected text, found 5',
    ],
    [
      'a word for a list',
      changed('[stories]', 'stories'),
      '11: newsletters.daily.sources: expected a list, found "stories"',
    ],
    ['no name', changed('  name: Belle\n', ''), '1: publisher.name: expected text, found nothing'],
    [
      'a word for a number',
      daily('limits: { stories: many }'),
      '9: newsletters.daily.limits.stories: expected a number, found "many"',
    ],
    [
      'a word for yes or no',
      changed('feed.xml }', 'feed.xml, allow_private: maybe }'),
      '6: sources.palace.allow_private: expected true or false, found "maybe"',
    ],
    [
      'a list of numbers for words',
      changed('category: royal', 'category: [1, 2]'),
      '13: newsletters.daily.sections.royal.when.category: expected a word or a list of words',
    ],
    ['an empty title', changed('The Daily Belle', '""'), '9: newsletters.daily.title: expected some text'],
    [
      'a value that is not among the choices',
      daily('missed: never'),
      '9: newsletters.daily.missed: expected one of catch_up, report, found "never"',
    ],
    [
      'a key of review that is not known',
      daily('review: { befor: 2h }'),
      '9: newsletters.daily.review.befor: this key is not known here (did you mean before?); the keys known here are before, approval, sensitive, remind, notify',
    ],
    [
      'an address that is none',
      daily('review: { notify: [the desk] }'),
      '9: newsletters.daily.review.notify.0: expected an address such as desk@example.org',
    ],
    [
      'an hour that does not exist',
      changed('0 7', '0 25'),
      '10: newsletters.daily.schedule: expected a cron text such as "0 7 * * *" (CronPattern: Invalid value for hour: 25)',
    ],
    [
      'a schedule of six fields',
      changed('0 7', '0 0 7'),
      '10: newsletters.daily.schedule: expected a cron text of five fields, such as "0 7 * * *" for seven every morning',
    ],
    [
      'a schedule in words',
      changed('0 7 * * *', 'daily'),
      '10: newsletters.daily.schedule: expected a cron text of five fields, such as "0 7 * * *" for seven every morning',
    ],
    [
      'no schedule',
      changed('    schedule: 0 7 * * *\n', ''),
      '8: newsletters.daily.schedule: expected text, found nothing',
    ],
    [
      'an unknown time zone',
      daily('time_zone: Europe/Londn'),
      '9: newsletters.daily.time_zone: expected a time zone such as Europe/London',
    ],
    [
      'a length of time in words',
      daily('max_age: 2 weeks'),
      '9: newsletters.daily.max_age: expected a length of time such as 90m, 12h or 2d',
    ],
    [
      'a sender without address',
      daily('from: The Daily'),
      '9: newsletters.daily.from: expected one sender such as "The Daily <daily@example.org>" (it needs the form name@example.org)',
    ],
    [
      'an unknown source',
      changed('[stories]', '[stories, crown]'),
      '11: newsletters.daily.sources.1: there is no source "crown"; the file has stories, palace',
    ],
    [
      'an unknown source in a rule',
      changed('category: royal', 'source: crown'),
      '13: newsletters.daily.sections.royal.when.source: there is no source "crown"; the file has stories, palace',
    ],
    [
      'an unknown section to lead',
      daily('lead: [royl]'),
      '9: newsletters.daily.lead: there is no section "royl"; the newsletter has royal, more',
    ],
    ['no sources', changed('[stories]', '[]'), '11: newsletters.daily.sources: expected at least one source'],
    [
      'no sections',
      FILE.replace(/ {4}sections[\s\S]*/, ''),
      '8: newsletters.daily.sections: expected a group of names, found nothing',
    ],
    [
      'empty sections',
      FILE.replace(/ {4}sections[\s\S]*/, '    sections: {}\n'),
      '12: newsletters.daily.sections: expected at least one section',
    ],
    [
      'no newsletters',
      FILE.replace(/newsletters[\s\S]*/, 'newsletters: {}\n'),
      '7: newsletters: expected at least one newsletter',
    ],
    [
      'more stories than a selection holds',
      daily('limits: { stories: 65 }'),
      '9: newsletters.daily.limits.stories: expected at most 64',
    ],
    [
      'a limit of nothing',
      daily('limits: { per_section: 0 }'),
      '9: newsletters.daily.limits.per_section: expected a whole number of at least 1',
    ],
    [
      'half a story',
      daily('limits: { stories: 1.5 }'),
      '9: newsletters.daily.limits.stories: expected a whole number, found 1.5',
    ],
    [
      'a name with capitals',
      changed('  daily:', '  Daily_Belle:'),
      '8: newsletters.Daily_Belle: expected a name of lower-case letters, digits and hyphens, such as "royal-weekly"',
    ],
    [
      'a feed that is not on the web',
      changed('https://palace', 'ftp://palace'),
      '6: sources.palace.feed: expected an http(s) address',
    ],
    [
      'a website that is a script',
      changed('name: Belle', 'name: Belle\n  website: "javascript:alert(1)"'),
      '3: publisher.website: expected an http(s) address',
    ],
    [
      'a source that is two',
      changed('folder: articles', 'folder: a, feed: https://x.example/'),
      '5: sources.stories: expected either "folder: path" or "feed: https://…", with keys that belong to it',
    ],
    [
      'a source that is none',
      changed('folder: articles', 'language: en'),
      '5: sources.stories: expected either "folder: path" or "feed: https://…", with keys that belong to it',
    ],
    ['an empty file', '', '1: expected a group of keys, found nothing'],
    ['a list', '- publisher\n', '1: expected a group of keys, found a list'],
    ['a quotation that does not end', changed('The Daily Belle', '"The Daily'), '16: Missing closing "quote'],
    ['a key that comes twice', daily('description: a\n    description: b'), '10: Map keys must be unique'],
    [
      'a schedule that begins with a star, without quotes',
      changed('0 7 * * *', '* * * * *'),
      '10: a text that begins with * has to stand in quotes, such as "*/15 * * * *"',
    ],
    [
      'a reference to nothing',
      changed('[stories]', '*all'),
      '11: *all stands for nothing: there is no &all before it',
    ],
  ];

  test.each(wrong)('%s', (_what, text, says) => {
    expect(refusalOf(text)).toMatchObject({
      code: 'CONFIG_INVALID',
      message: `n.yaml:${says}`,
      hint: expect.stringContaining('docs/CONFIGURATION.md'),
    });
  });

  test('every problem of several, two in one group included', () => {
    const text = daily('tittle: x\n    descripton: y\n    missed: never');
    expect(refusalOf(text).message.split('\n').toSorted()).toEqual([
      expect.stringMatching(/^n\.yaml:10: newsletters\.daily\.descripton: this key is not known/),
      expect.stringMatching(/^n\.yaml:11: newsletters\.daily\.missed: expected one of/),
      expect.stringMatching(/^n\.yaml:9: newsletters\.daily\.tittle: this key is not known/),
    ]);
  });

  test('a tab in the indentation first of all', () => {
    const [first] = refusalOf(changed('    title: The', '\ttitle: The')).message.split('\n');
    expect(first).toBe('n.yaml:9: Tabs are not allowed as indentation');
  });

  test('a file that is not there says where one is to be had', () => {
    expect(() => readNewsletters('no/such/newsletters.yaml')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: 'no/such/newsletters.yaml cannot be read',
        hint: expect.stringContaining('--newsletters'),
      }),
    );
  });
});

function refusalOf(text: string): AppError {
  try {
    parseNewsletters(text, 'n.yaml');
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('The file was accepted');
}
