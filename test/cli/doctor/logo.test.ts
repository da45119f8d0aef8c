import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { halves } from '../../articles/pictures/picture-files.ts';
import { type Folder, NEWSLETTERS, openFolder, SLOT } from '../command.ts';

let folder: Folder;
beforeEach(() => {
  folder = openFolder();
});
afterEach(() => folder[Symbol.dispose]());

function brand(lines: string): void {
  const own = `\n    brand:\n      logo_width: 280\n      logo_height: 60\n      ${lines}\n    sections:`;
  folder.write('newsletters.yaml', NEWSLETTERS.replace('\n    sections:', own));
}

describe('a logo that is a file beside newsletters.yaml', () => {
  test('is kept, served by this site, and stands in the mail', async () => {
    mkdirSync(join(folder.path, 'art'));
    writeFileSync(join(folder.path, 'art/logo.png'), await halves(560, 120).png().toBuffer());
    brand('logo: art/logo.png');
    const { code } = await folder.run(['preview', 'daily', '--out', 'out', '--as-of', SLOT]);
    expect(code).toBe(0);
    const [kept] = readdirSync(join(folder.path, 'data/rehearsal/media'));
    const page = readdirSync(join(folder.path, 'out')).find((name) => name.endsWith('.html')) ?? '';
    expect(readFileSync(join(folder.path, 'out', page), 'utf8')).toContain(`/media/${kept}"`);
  });

  test.each([
    ['art/none.png', undefined, 'is not there'],
    [
      'logo.png',
      '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
      'an SVG drawing, which mail programs do not show',
    ],
    ['logo.gif', 'GIF87b no picture', 'not a JPEG, PNG'],
  ])('%s is refused with the key, the file and what a logo may be: 2', async (logo, content, says) => {
    if (content !== undefined) folder.write(logo, content);
    brand(`logo: ${logo}`);
    for (const command of ['doctor', 'status']) {
      const { code, stderr } = await folder.run([command]);
      expect(code).toBe(2);
      expect(stderr).toContain(`newsletters.daily.brand.logo: ${join(folder.path, logo)}`);
      expect(stderr).toContain(says);
      expect(stderr).toContain('A logo is a PNG, JPEG or GIF');
    }
  });
});

test('doctor puts the templates before the checks that sending runs: 3', async () => {
  const own = NEWSLETTERS.replace('\n    sections:', '\n    templates: own\n    sections:');
  folder.write('newsletters.yaml', own);
  const layout = readFileSync(new URL('../../../templates/mail/magazine.mjml.hbs', import.meta.url), 'utf8');
  const withVideo = layout.replace(
    '</mj-body>',
    '<mj-raw><video src="https://www.example.org/v.mp4"></video></mj-raw></mj-body>',
  );
  expect(withVideo).not.toBe(layout);
  folder.write('own/magazine.mjml.hbs', withVideo);
  const { code, stdout } = await folder.run(['doctor']);
  expect(code).toBe(3);
  expect(stdout).toMatch(/✗ templates {6}daily: no edition could be sent\n\s*blocking {2}<video> element/);

  const withPicture = layout.replace(
    '</mj-body>',
    '<mj-section><mj-column><mj-image src="https://www.example.org/a.png" alt="A hat" width="200px" /></mj-column></mj-section></mj-body>',
  );
  folder.write('own/magazine.mjml.hbs', withPicture);
  expect(await folder.run(['doctor'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('all mails render, and pass the checks before sending'),
  });
});
