import { App } from '../app.ts';
import { systemClock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { createLog } from '../base/log.ts';
import { type Config, isRehearsal, loadConfig } from '../config/config.ts';
import type { Found } from '../storage/examine.ts';

/** What a command does, and its exit code. */
type Act<Args extends unknown[]> = (app: App, ...args: Args) => Promise<number>;

/** Makes an action of a function that needs an open app; it is closed again whatever happens. */
type Opener = <Args extends unknown[]>(act: Act<Args>) => (...args: Args) => Promise<void>;

/** The same with a function that is loaded, as the app is, when its command is called: other commands start without it. */
export type WithApp = <Args extends unknown[]>(
  load: () => Promise<Act<Args>>,
) => (...args: Args) => Promise<void>;

/** Where a command line's settings come from, and where its exit code goes. */
export interface Opening {
  readonly variables: NodeJS.ProcessEnv;
  readonly newslettersFile: () => string;
  readonly done: (exitCode: number) => void;
}

/** Opens the app for commands, which people read. */
export function forCommands(opening: Opening): Opener {
  return opener(opening, () => true);
}

/** Opens the app for `start`, whose output a log collector reads unless somebody watches it. */
export function forStart(opening: Opening): Opener {
  return opener(opening, (config) => !logsAsJson(config));
}

/** True where `start` runs for real and nobody watches a terminal: then every line it writes is JSON. */
export function logsAsJson(config: Config): boolean {
  return !isRehearsal(config) && !process.stderr.isTTY;
}

/**
 * Opens the app for a diagnosis, which writes nothing: no folder, no key, no database, no table.
 * @param withoutSettings says what is wrong where the settings cannot be read, and returns the exit code.
 */
export function forDiagnosis<Options>(
  { variables, newslettersFile, done }: Opening,
  act: (app: App, found: Found, options: Options) => Promise<number>,
  withoutSettings: (error: AppError, options: Options) => number,
): (options: Options) => Promise<void> {
  return async (options) => {
    const opened = await orRefusal(async () => {
      const config = loadConfig(variables, newslettersFile(), { keepSecret: false });
      return App.examine(config, createLog(config.logLevel, true));
    });
    if (opened instanceof AppError) {
      done(withoutSettings(opened, options));
      return;
    }
    const { app, found } = opened;
    try {
      done(await act(app, found, options));
    } finally {
      await app.close();
    }
  };
}

/** Returns what was opened, or the error that says what is wrong with the settings. */
async function orRefusal<Opened>(open: () => Promise<Opened>): Promise<Opened | AppError> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function opener(
  { variables, newslettersFile, done }: Opening,
  logsForPeople: (config: Config) => boolean,
): Opener {
  return (act) =>
    async (...args) => {
      const config = loadConfig(variables, newslettersFile());
      const app = await App.open(config, createLog(config.logLevel, logsForPeople(config)), systemClock);
      try {
        done(await act(app, ...args));
      } finally {
        await app.close();
      }
    };
}
