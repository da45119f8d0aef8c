import { BoundedAside } from '../../../src/base/processes/bounded-aside.ts';

/** Tells the process that it asks, then asks it for something that never ends. */
const aside = new BoundedAside<string, string>(new URL('./bounded-aside-script.ts', import.meta.url));
const answer = await aside.ask('pid', 60_000);
const looping = aside.ask('loop', 60_000);
process.send?.(answer.kind === 'done' ? answer.result : '');
await looping;
