import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import { ProgressBar } from '../src/cli/progress-bar.ts';
import { launchBrowser } from './browser.ts';
import { allCases } from './cases.ts';
import { drawCurated } from './curated.ts';
import { drawAll, plan } from './exhibition.ts';
import { indexPage } from './index-page.ts';
import { type Newsroom, withNewsroom } from './newsroom.ts';
import { HELP, type Options, readOptions } from './options.ts';

/** `npm run gallery`: every mail there is, in every window and light, to look at before a reader does. */

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  return withNewsroom((room) => (options.curated ? drawCurated(room) : exhibit(room, options)));
}

async function exhibit(room: Newsroom, options: Options): Promise<number> {
  const mails = plan(allCases(room), options.only);
  const total = mails.length * options.widths.length * options.modes.length;
  const began = systemClock.now();
  const bar = new ProgressBar('drawn', began);
  const browser = await launchBrowser();
  rmSync(join(options.out, 'shots'), { recursive: true, force: true });
  mkdirSync(join(options.out, 'shots'), { recursive: true });
  try {
    let done = 0;
    const { shots, failures } = await drawAll({ browser, room, mails, options, folder: options.out }, () => {
      done += 1;
      bar.update(done, total, systemClock.now());
    });
    bar.finish();
    writeFileSync(join(options.out, 'index.html'), indexPage(shots, failures));
    for (const { mail, reason } of failures)
      console.error(`not drawn: ${mail.one.id} as ${mail.kind}: ${reason}`);
    const seconds = Math.round((systemClock.now() - began) / 1000);
    console.log(`${shots.length} pictures in ${seconds} s: ${join(options.out, 'index.html')}`);
    return failures.length === 0 ? 0 : 1;
  } finally {
    await browser.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
