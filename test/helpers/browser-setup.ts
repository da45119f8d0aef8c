import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests reach the run's browser. */
    browserUrl: string;
  }
}

/** Two make the packaged Chromium die with its first page or start slowly; the others would take away what is tested. */
const UNWANTED = [
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--allow-running-insecure-content',
];

/** One real browser for the whole run, without a window and with its security on. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const browser = await playwright.launchServer({
    args: chromium.args.filter((argument) => !UNWANTED.includes(argument)),
    executablePath: await chromium.executablePath(),
  });
  project.provide('browserUrl', browser.wsEndpoint());
  return () => browser.close();
}
