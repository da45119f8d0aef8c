import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rawData } from 'caniemail';
import { describe, expect, test } from 'vitest';
import {
  type Baseline,
  baselineOf,
  clientSupport,
  OUR_BASELINE,
  readBaseline,
} from '../../../src/checks/look/client-support.ts';
import { newsletter } from '../../mail/sample.ts';
import { said } from '../sound-mail.ts';

const page = (body: string, head = '') =>
  `<!doctype html><html lang="en"><head><title>A</title>${head}</head><body>${body}</body></html>`;
const lacking = async (html: string, baseline: Baseline) =>
  said(await clientSupport({ html, newsletter: newsletter() }, baseline));

describe('what a mail program does not know', () => {
  test('blocks where it is a main one, with the count and the names', async () => {
    const findings = await lacking(page('<video src="https://paper.example/v.mp4"></video>'), []);
    expect(findings.find((says) => says.includes('<video>'))).toMatch(
      /^blocking: <video> element, used once, is not supported by gmail\.android, .*outlook\.windows/,
    );
  });

  test('is an advice where it is only partly known', async () => {
    const findings = await lacking(page('<p style="margin:0 auto">A</p><p style="margin:0">B</p>'), []);
    expect(findings.filter((says) => says.includes('margin'))).toEqual([
      expect.stringMatching(
        /^advisory: margin, used 2 times, is only partly supported by .*outlook\.windows/,
      ),
    ]);
  });

  test('is an advice where only fading programs lack it', async () => {
    const baseline = [
      {
        feature: '<video> element',
        clients: [
          'apple-mail',
          'gmail.ios',
          'gmail.android',
          'gmail.desktop-webmail',
          'outlook.windows',
          'outlook.macos',
          'outlook.outlook-com',
          'outlook.ios',
          'outlook.android',
          'yahoo',
          'samsung-email',
        ],
        why: 'for the test',
      },
    ];
    const findings = await lacking(page('<video src="https://paper.example/v.mp4"></video>'), baseline);
    expect(findings.filter((says) => says.includes('<video>'))).toEqual([
      'advisory: <video> element, used once, is not supported by gmail.mobile-webmail, outlook.windows-mail',
    ]);
  });

  test('is silent once somebody has said why it is harmless, in just those programs', async () => {
    const html = page('<p style="border-radius:4px">A</p>');
    const accepted = (clients: string[]) => [
      { feature: 'border-radius', clients, why: 'square corners are fine' },
    ];
    const about = (findings: string[]) => findings.filter((says) => says.includes('border-radius'));
    expect(about(await lacking(html, accepted(['outlook.*', 'yahoo.*'])))).toEqual([]);
    expect(about(await lacking(html, accepted(['*'])))).toEqual([]);
    expect(about(await lacking(html, accepted(['yahoo.*'])))).toEqual([
      'blocking: border-radius, used once, is not supported by outlook.windows, outlook.windows-mail',
    ]);
  });
});

describe('the baseline', () => {
  test('names features as caniemail does, each once, with a reason', () => {
    const known = new Set(rawData.data.map(({ title }) => title));
    const named = readBaseline(OUR_BASELINE).map(({ feature }) => feature);
    expect(named.filter((feature) => !known.has(feature))).toEqual([]);
    expect(named).toEqual([...new Set(named)].sort());
  });

  test('is added to by a file beside the operator’s own templates', () => {
    using folder = temporaryFolder();
    const own = { feature: '<video> element', clients: ['*'], why: 'the picture in it says enough' };
    expect(baselineOf({ templates: folder.path })).toEqual(readBaseline(OUR_BASELINE));
    folder.write(`- { feature: "<video> element", clients: ["*"], why: ${own.why} }`);
    expect(baselineOf({ templates: folder.path })).toEqual([...readBaseline(OUR_BASELINE), own]);
  });

  test('is refused by file and line where an entry does not say why', () => {
    using folder = temporaryFolder();
    const file = folder.write(
      '- { feature: cursor, clients: ["*"], why: ours }\n- feature: cursor\n  clients: ["*"]\n',
    );
    expect(() => readBaseline(file)).toThrow(`${file}:2: expected text, found nothing`);
  });
});

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'broadsheet-baseline-'));
  return {
    path,
    write: (text: string) => {
      writeFileSync(join(path, 'client-baseline.yaml'), text);
      return join(path, 'client-baseline.yaml');
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}
