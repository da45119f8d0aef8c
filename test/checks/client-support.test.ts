import { rawData } from 'caniemail';
import { describe, expect, test } from 'vitest';
import { clientSupport, readBaseline } from '../../src/checks/client-support.ts';
import { said } from './sound-mail.ts';

const page = (body: string, head = '') =>
  `<!doctype html><html lang="en"><head><title>A</title>${head}</head><body>${body}</body></html>`;
const lacking = async (html: string, baseline = readBaseline()) =>
  said(await clientSupport({ html }, baseline));

describe('what a mail program does not know', () => {
  test('blocks where it is a main one, with the count and the names', async () => {
    const findings = await lacking(page('<video src="https://paper.example/v.mp4"></video>'), []);
    expect(findings.find((says) => says.includes('<video>'))).toMatch(
      /^blocking: <video> element, used once, is not known to gmail\.android, .*outlook\.windows/,
    );
  });

  test('is an advice where it is only partly known', async () => {
    const findings = await lacking(page('<p style="margin:0 auto">A</p><p style="margin:0">B</p>'), []);
    expect(findings.filter((says) => says.includes('margin'))).toEqual([
      expect.stringMatching(/^advisory: margin, used 2 times, is only partly known to .*outlook\.windows/),
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
      'advisory: <video> element, used once, is not known to gmail.mobile-webmail, outlook.windows-mail',
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
      'blocking: border-radius, used once, is not known to outlook.windows, outlook.windows-mail',
    ]);
  });
});

describe('the baseline', () => {
  test('names features as caniemail does, each once, with a reason', () => {
    const known = new Set(rawData.data.map(({ title }) => title));
    const named = readBaseline().map(({ feature }) => feature);
    expect(named.filter((feature) => !known.has(feature))).toEqual([]);
    expect(named).toEqual([...new Set(named)].sort());
  });
});
