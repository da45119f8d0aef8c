import type { App } from '../app.ts';

/** Makes an action of a function that needs an open app; it is closed again whatever happens. */
export type WithApp = <Args extends unknown[]>(
  act: (app: App, ...args: Args) => Promise<number>,
) => (...args: Args) => Promise<void>;
