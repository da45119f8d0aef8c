import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** Two make the packaged Chromium die with its first page or start slowly; the others would take away what is tested. */
const UNWANTED = [
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--allow-running-insecure-content',
];

/** A real browser, without a window and with its security on. */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    args: chromium.args.filter((argument) => !UNWANTED.includes(argument)),
    executablePath: await chromium.executablePath(),
  });
}
