import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHECK_NAMES, checkEdition, verdictOf, whyNotReady } from '../../src/checks/check-edition.ts';
import type { Finding } from '../../src/checks/finding.ts';
import { reasonWords } from '../../src/editions/words/reason-words.ts';
import { type Parts, soundMail } from './sound-mail.ts';

function verdict(...mails: Parts[]) {
  const sound = mails.map(soundMail);
  const [first = soundMail()] = sound;
  return checkEdition({
    newsletter: first.newsletter,
    edition: first.edition,
    links: first.links,
    rehearsal: true,
    mails: sound.map(({ name, stories, subject, preheader, html, text }) => ({
      name,
      stories,
      mail: { subject, preheader, html, text },
    })),
  });
}

test('a sound mail is ready, and measured', async () => {
  expect(await verdict({})).toMatchObject({
    ready: true,
    findings: [],
    measures: {
      stories: 2,
      subjectCharacters: 39,
      subjectCuts: ['The gardener who out-planted the p…', 'The gardener who out-planted the palace'],
      preheaderCharacters: 62,
      pictureBytes: 0,
      variants: 1,
    },
  });
});

test('one blocking finding is enough, and it comes first', async () => {
  const { ready, findings } = await verdict({
    preheader: '',
    body: '<img src="https://paper.example/p.jpg" width="1" height="9">',
  });
  expect(ready).toBe(false);
  expect(findings.map(({ severity }) => severity)).toEqual(
    findings
      .map(({ severity }) => severity)
      .toSorted()
      .toReversed(),
  );
  expect(findings[0]).toMatchObject({ check: 'alt-text', severity: 'blocking' });
});

test('a fault that several mails share is said once, and the same mails give the same verdict', async () => {
  const faulty = { body: '<h2><a href="#">A story</a></h2>' };
  const once = await verdict(faulty);
  expect((await verdict(faulty, faulty)).findings).toEqual(once.findings);
  expect(await verdict(faulty)).toEqual(once);
});

test('the shorter mails are looked at too', async () => {
  expect(await verdict({}, { subject: '', name: 'a reader of little' })).toMatchObject({
    ready: false,
    findings: [{ check: 'subject', severity: 'blocking', mails: ['a reader of little'] }],
  });
});

test('a check that breaks is a blocking finding, not an exception', async () => {
  const { newsletter, edition, links, name, stories, subject, preheader, html, text } = soundMail();
  const unsubscribe = () => {
    throw new Error('no such page');
  };
  const { ready, findings } = await checkEdition({
    newsletter,
    edition,
    links: { ...links, unsubscribe },
    rehearsal: true,
    mails: [{ name, stories, mail: { subject, preheader, html, text } }],
  });
  expect(ready).toBe(false);
  expect(findings.map(({ says }) => says)).toContain('The check "unsubscribe" could not run: no such page');
});

test('why an edition is not ready fits on a line', () => {
  const blocking = (says: string): Finding => ({ check: 'subject', severity: 'blocking', says, mend: '' });
  const one = whyNotReady(verdictOf([blocking('The subject is empty')]));
  expect(one).toEqual({ code: 'not-ready', check: 'subject', says: 'The subject is empty', more: 0 });
  expect(reasonWords(one)).toBe('not ready: The subject is empty');
  const three = whyNotReady(verdictOf([blocking('One'), blocking('Two'), blocking('Three')]));
  expect(reasonWords(three)).toBe('not ready: One (and 2 more)');
  expect(reasonWords(whyNotReady(verdictOf([blocking('long '.repeat(200))]))).length).toBeLessThan(260);
});

test('every check is explained in docs/CHECKS.md, and no other', () => {
  const document = readFileSync(new URL('../../docs/CHECKS.md', import.meta.url), 'utf8');
  const explained = [...document.matchAll(/^\| `([\w-]+)` \|/gm)].map((found) => found[1]);
  expect(explained).toEqual(CHECK_NAMES);
});
