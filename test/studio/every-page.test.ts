import axe from 'axe-core';
import { expect, test } from 'vitest';
import { withStudio } from '../../gallery/studio-room.ts';
import { logIn, VIEWS } from '../../gallery/studio-views.ts';
import { launchBrowser } from '../helpers/browser.ts';

test('every page of the studio keeps within the rules of accessible pages, in both themes, and within a phone', {
  timeout: 300_000,
}, async () => {
  await using browser = await launchBrowser();
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
        const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
        if (wide > 390) faults.push(`${name}: ${wide} pixels wide`);
        await page.evaluate(axe.source);
        const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
          'axe.run()',
        );
        for (const { id, nodes } of found.violations)
          faults.push(`${name} ${colorScheme}: ${id} ${nodes[0]?.html}`);
      }
      await context.close();
    }
  });
  expect(faults).toEqual([]);
});
