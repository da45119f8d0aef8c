import { describe, expect, test } from 'vitest';
import { Aside } from '../../../src/base/processes/aside.ts';

const script = new URL('./aside-script.ts', import.meta.url);
const beside = () => new Aside<number | 'throw' | 'end' | 'pid', number>(script);

describe('work done aside', () => {
  test('is answered to whoever asked, however many ask at once', async () => {
    const aside = beside();
    const asked = Array.from({ length: 50 }, (_, n) => n);
    expect(await Promise.all(asked.map((n) => aside.ask(n)))).toEqual(asked.map((n) => 2 * n));
  });

  test('that fails says why, and the next is done as if nothing had been', async () => {
    const aside = beside();
    await expect(aside.ask('throw')).rejects.toThrow('it cannot be doubled');
    expect(await aside.ask(4)).toBe(8);
  });

  test('whose process ends is an error to all who wait, and the next has a process of its own', async () => {
    const aside = beside();
    const waiting = [aside.ask('end'), aside.ask(1)];
    for (const one of waiting) await expect(one).rejects.toThrow(/aside-script\.ts ended/);
    expect(await aside.ask(4)).toBe(8);
  });

  test('leaves no process behind when nothing is asked for a while, and begins again when it is', async () => {
    const aside = beside();
    const first = await aside.ask('pid');
    expect(await aside.ask('pid')).toBe(first);
    await expect.poll(() => isAlive(first), { timeout: 8_000 }).toBe(false);
    expect(await aside.ask('pid')).not.toBe(first);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
