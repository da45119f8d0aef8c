import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EDITION, type Folder, NEWSLETTERS, openFolder, SLOT } from '../command.ts';

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

/** One article, so that nothing would be left without it. */
function nothingBut(name: string, text: string): void {
  rmSync(join(folder.path, 'articles'), { recursive: true });
  folder.write(`articles/${name}`, text);
}

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
    nothingBut('garden.md', PRETENCE);
    const [said, json] = await folder.runAll([
      ['check', 'daily', ...AS_OF],
      ['check', 'daily', ...AS_OF, '--json'],
    ]);
    expect(said?.code).toBe(3);
    expect(said?.stdout).toContain(`${EDITION}  not ready to send, 1 blocking finding`);
    expect(said?.stdout).toMatch(
      /blocking {2}The headline “Fwd: Queen opens [^”]*” begins like the subject of a reply [^(]*\(stories\)\n {12}at: Fwd: Queen/,
    );
    expect(json?.code).toBe(3);
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject([
      {
        id: EDITION,
        ready: false,
        findings: expect.arrayContaining([
          expect.objectContaining({ check: 'stories', severity: 'blocking' }),
        ]),
      },
    ]);
  });

  test('an edition goes without the one story that is in its way, and every command says so: 0', async () => {
    folder.write('articles/garden.md', PRETENCE);
    const [check, compose, sent] = await folder.runAll([
      ['check', 'daily', ...AS_OF],
      ['compose', 'daily', ...AS_OF, '--explain'],
      ['send', ...AS_OF],
    ]);
    expect(check?.code).toBe(0);
    expect(sent?.code).toBe(0);
    for (const { stdout = '' } of [check ?? {}, compose ?? {}, sent ?? {}])
      expect(stdout).toMatch(
        /left out +“Fwd: Queen opens a walled garden in the pouring rain”: The headline/,
      );
    expect(compose?.stdout).toContain('the checks refuse it: The headline');
  });

  test('of an edition without stories says why there is none: 0', async () => {
    const { code, stdout } = await folder.run(['check', '--as-of', '2022-01-01T12:00Z']);
    expect(code).toBe(0);
    expect(stdout).toContain('no edition: the sources have nothing recent');
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
    nothingBut('garden.md', PRETENCE);
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
    expect(sent?.stdout).toContain('begins like the subject of a reply or a forwarded mail (stories)');
    expect(sent?.stdout).not.toContain('ledger');
    expect(status?.stdout).toMatch(/draft +not ready: The headline “Fwd: Queen opens/);
    expect(preview?.code).toBe(0);
    expect(preview?.stdout).toContain('checked    not ready to send');

    folder.write('articles/garden.md', PRETENCE.replace('Fwd: ', ''));
    const { code, stdout } = await folder.run(['send', ...AS_OF]);
    expect(code).toBe(0);
    expect(stdout).toContain('checked    ready to send');
    expect(stdout).toContain('sent       2 now');
  });
});
