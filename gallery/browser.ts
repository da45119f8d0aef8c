import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** One process for everything dies with the first page that closes, and without a zygote every page starts slowly. */
const UNWANTED = ['--single-process', '--no-zygote'];

/** The packaged Chromium, without a window. */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    args: chromium.args.filter((arg) => !UNWANTED.includes(arg)),
    executablePath: await chromium.executablePath(),
  });
}
