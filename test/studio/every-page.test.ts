import { expect, test } from 'vitest';
import { withStudio } from '../../gallery/studio-room.ts';
import { logIn, VIEWS } from '../../gallery/studio-views.ts';
import { axeFaults, connectBrowser, widthOf } from '../helpers/browser.ts';

test('every page of the studio keeps within the rules of accessible pages, in both themes, and within a phone', {
  timeout: 300_000,
}, async () => {
  await using browser = await connectBrowser();
  const faults: string[] = [];
  await withStudio(async (room) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = { width: 390, height: 844 };
      const context = await browser.newContext({ viewport, colorScheme, bypassCSP: true });
      const page = await context.newPage();
      page.on('pageerror', (error) => void faults.push(String(error)));
      for (const { name, path, outside } of VIEWS) {
        if (!outside && !(await page.context().cookies()).length) await logIn(page, room.origin);
        const answer = await page.goto(room.origin + path(room), { waitUntil: 'load' });
        if (answer?.status() !== 200) faults.push(`${name}: ${answer?.status()}`);
        const wide = await widthOf(page);
        if (wide > 390) faults.push(`${name}: ${wide} pixels wide`);
        faults.push(...(await axeFaults(page)).map((fault) => `${name} ${colorScheme}: ${fault}`));
      }
      await context.close();
    }
  });
  expect(faults).toEqual([]);
});
