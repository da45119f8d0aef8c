import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EDITION, type Folder, NEWSLETTERS, openFolder, SLOT } from './command.ts';

const AS_OF = ['--as-of', SLOT];

const PRETENCE = `---
headline: "Fwd: Queen opens a walled garden in the pouring rain"
date: 2020-11-10
---

The Queen opened the garden on Tuesday. It rained from ten until four, and nobody minded.
`;

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe('check', () => {
  test('says ready to send, with what an inbox shows and what there is to know: 0', async () => {
    const { code, stdout, stderr } = await folder.run(['check', ...AS_OF]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^${EDITION}  ready to send`));
    expect(stdout).toContain(
      '  subject    Queen opens a walled garden in the pouring rain (47 characters)\n',
    );
    expect(stdout).toContain('             Queen opens a walled garden in the…\n');
    expect(stdout).toMatch(/^ {2}size {7}[\d,]+ bytes of HTML, [\d,]+ of text, 0 of pictures$/m);
    expect(stdout).not.toContain('blocking');
  });

  test('names what is in the way, where it is and how to mend it: 3', async () => {
    folder.write('articles/garden.md', PRETENCE);
    const [said, json] = await folder.runAll([
      ['check', 'daily', ...AS_OF],
      ['check', 'daily', ...AS_OF, '--json'],
    ]);
    expect(said?.code).toBe(3);
    expect(said?.stdout).toContain(`${EDITION}  not ready to send, 1 blocking finding`);
    expect(said?.stdout).toContain(
      '  blocking  The subject pretends to be an answer or a forwarded mail (subject)\n' +
        '            at: Fwd: Queen opens a walled garden in the pouring rain\n',
    );
    expect(json?.code).toBe(3);
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject([
      {
        id: EDITION,
        ready: false,
        findings: expect.arrayContaining([
          expect.objectContaining({ check: 'subject', severity: 'blocking' }),
        ]),
      },
    ]);
  });

  test('of an edition without stories says why there is none: 0', async () => {
    const { code, stdout } = await folder.run(['check', '--as-of', '2022-01-01T12:00Z']);
    expect(code).toBe(0);
    expect(stdout).toContain('no edition: the sources have nothing from these days');
  });

  test('of something that does not exist is a wrong use: 2', async () => {
    const { code, stderr } = await folder.run(['check', 'nothing']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no edition or newsletter "nothing"');
  });

  test('with --links asks the stories’ pages, but never our own', async () => {
    folder.write('newsletters.yaml', NEWSLETTERS);
    const { code, stdout } = await folder.run(['check', '--links', ...AS_OF]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('link-status'); // both articles are read on our own pages
  });
});

describe('an edition that is not ready', () => {
  test('is not sent, says so everywhere, and goes out once it is mended', async () => {
    folder.write('articles/garden.md', PRETENCE);
    const [, dryRun, sent, status, preview] = await folder.runAll([
      ['subscribers', 'add', 'anna@example.org', 'ben@example.org'],
      ['send', ...AS_OF, '--dry-run'],
      ['send', ...AS_OF],
      ['status'],
      ['preview', ...AS_OF, '--out', 'out'],
    ]);
    expect(dryRun?.code).toBe(3);
    expect(dryRun?.stdout).toContain('checked    not ready to send, 1 blocking finding');
    expect(sent?.code).toBe(3);
    expect(sent?.stdout).toContain('The subject pretends to be an answer or a forwarded mail (subject)');
    expect(sent?.stdout).not.toContain('ledger');
    expect(status?.stdout).toMatch(
      /draft +not ready: The subject pretends to be an answer or a forwarded mail/,
    );
    expect(preview?.code).toBe(0);
    expect(preview?.stdout).toContain('checked    not ready to send');

    folder.write('articles/garden.md', PRETENCE.replace('Fwd: ', ''));
    const { code, stdout } = await folder.run(['send', ...AS_OF]);
    expect(code).toBe(0);
    expect(stdout).toContain('checked    ready to send');
    expect(stdout).toContain('sent       2 now');
  });
});
