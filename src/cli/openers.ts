import type { App } from '../app.ts';
import type { Ground } from '../ground.ts';
import type { Act, Opening } from './with-app.ts';

/**
 * Makes an action of a function. It is loaded when its command is called, as all it needs is: other
 * commands start without it.
 */
type Opener<Opened> = <Args extends unknown[]>(
  load: () => Promise<Act<Opened, Args>>,
) => (...args: Args) => Promise<void>;

/** Hands a command the whole app. */
export type WithApp = Opener<App>;

/** Hands a command settings and database alone, which are open in half the time. */
export type OnGround = Opener<Ground>;

/** Returns functions that open a command's dependencies, and close them again whatever happens. */
export function openers(opening: Opening): { readonly withApp: WithApp; readonly onGround: OnGround } {
  return {
    withApp:
      (load) =>
      async (...args) => {
        const [{ forCommands }, act] = await Promise.all([import('./with-app.ts'), load()]);
        await forCommands(opening, act, args);
      },
    onGround:
      (load) =>
      async (...args) => {
        const [{ onGround }, act] = await Promise.all([import('./with-app.ts'), load()]);
        await onGround(opening, act, args);
      },
  };
}
