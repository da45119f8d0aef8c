import { expect, test } from 'vitest';
import { checkEdition, type Verdict } from '../../../src/checks/check-edition.ts';
import { stories } from '../../../src/checks/content/story-checks.ts';
import { story } from '../../mail/sample.ts';
import { STORIES, soundMail } from '../sound-mail.ts';

const PRETENDING = [
  'Re: your letters about the gate',
  'RE : two spaces',
  'Fwd: the programme',
  'FW: the programme',
  'AW: Der Garten',
  'WG: Der Garten',
  'TR: le jardin',
  'TR : le jardin',
  'SV: trädgården',
  'VS: puutarha',
  'Antw: de tuin',
  'Re[2]: the gate',
  'Re (3): the gate',
  '[Fwd: the gate]',
  'Re：the gate',
  '回复: 花园',
  'ΑΠ: ο κήπος',
];

test.each(PRETENDING)('“%s” begins as an answer does, and the finding names its story', (headline) => {
  const found = stories(soundMail({ stories: [story(0), story(1, { headline })] }));
  expect(found).toMatchObject([
    { check: 'stories', severity: 'blocking', where: { story: headline, articleId: story(1).articleId } },
  ]);
});

test.each([
  'Rebels: the inside story',
  'Tribute: a life in colour',
  'Why are we: a memoir',
  'Svalbard: light',
])('“%s” is a headline like any other', (headline) => {
  expect(stories(soundMail({ stories: [story(0, { headline })] }))).toEqual([]);
});

test('a sad story never names the mail, so its headline may begin as it likes', () => {
  expect(
    stories(soundMail({ stories: [story(0, { headline: 'Re: the accident', tags: ['death'] })] })),
  ).toEqual([]);
});

test.each(['\u200d', '\u3164', '\u2800\u2800', '…', '\u0301'])(
  'a headline of U+%s alone shows nothing',
  (headline) => {
    expect(stories(soundMail({ stories: [story(0, { headline })] }))).toMatchObject([
      { severity: 'blocking', where: { articleId: story(0).articleId } },
    ]);
  },
);

test('an address that a mail cannot link to is a story that leads nowhere; one of a thousand characters is none', () => {
  const start = 'https://paper.example/';
  const of = (length: number) => start + 'x'.repeat(length - start.length);
  const found = (link: string) => stories(soundMail({ stories: [story(0, { link })] }));
  expect(found(of(1_000))).toEqual([]);
  expect(found(of(1_001))).toMatchObject([
    { severity: 'blocking', where: { articleId: story(0).articleId } },
  ]);
  expect(found(of(1_001))[0]?.says).toContain('1001 characters');
  expect(found('ftp://paper.example/a')).toHaveLength(1);
});

test('one fault of a headline is told once, and of an editor’s own words as the subject’s', async () => {
  const headline = 'Re: your letters about the gate';
  const told = [story(0, { headline }), ...STORIES.slice(1)];
  const own = soundMail({ stories: told, subject: headline });
  expect(blocking(await checked(own))).toMatchObject([{ check: 'stories' }]);
  const editors = soundMail({ subject: 'Re: what you asked' });
  expect(blocking(await checked(editors))).toMatchObject([{ check: 'subject' }]);
  expect(blocking(await checked(editors))[0]?.where).not.toHaveProperty('articleId');
});

function checked(mail: ReturnType<typeof soundMail>): Promise<Verdict> {
  const { newsletter, edition, links, rehearsal, name, stories: told, subject, preheader, html, text } = mail;
  const mails = [{ name, stories: told, mail: { subject, preheader, html, text } }];
  return checkEdition({ newsletter, edition, links, rehearsal, mails });
}

const blocking = ({ findings }: Verdict) => findings.filter(({ severity }) => severity === 'blocking');
