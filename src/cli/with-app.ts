import type { App } from '../app.ts';
import { systemClock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { createLog } from '../base/log.ts';
import { type Config, isRehearsal, loadConfig } from '../config/config.ts';
import { type Ground, openGround } from '../ground.ts';
import type { Found } from '../storage/examine.ts';

/** Settings of a command line, and the receiver of its exit code. */
export interface Opening {
  readonly variables: NodeJS.ProcessEnv;
  readonly newslettersFile: () => string;
  readonly done: (exitCode: number) => void;
}

/** Work of a command with its open dependencies; returns its exit code. */
export type Act<Opened, Args extends unknown[]> = (opened: Opened, ...args: Args) => Promise<number>;

/** Runs a command that people read on the whole app. */
export function forCommands<Args extends unknown[]>(
  opening: Opening,
  act: Act<App, Args>,
  args: Args,
): Promise<void> {
  return withApp(
    opening,
    () => true,
    (app) => act(app, ...args),
  );
}

/** Runs `start` on the app. A log collector reads its output, unless somebody watches it. */
export function forStart(opening: Opening, start: Act<App, []>): Promise<void> {
  return withApp(opening, (config) => !logsAsJson(config), start);
}

/** Runs a command that needs no more than settings and database. */
export async function onGround<Args extends unknown[]>(
  { variables, newslettersFile, done }: Opening,
  act: Act<Ground, Args>,
  args: Args,
): Promise<void> {
  const config = loadConfig(variables, newslettersFile());
  const ground = await openGround(config, createLog(config.logLevel, true), systemClock);
  try {
    done(await act(ground, ...args));
  } finally {
    await ground.db.destroy();
  }
}

/**
 * True where `start` runs for real and nobody watches a terminal: then every line it writes is
 * JSON.
 */
export function logsAsJson(config: Config): boolean {
  return !isRehearsal(config) && !process.stderr.isTTY;
}

/**
 * Opens the app for a diagnosis, which writes nothing: no folder, no key, no database, no table.
 * @param withoutSettings says what is wrong where the settings cannot be read, and returns the exit
 * code.
 */
export async function forDiagnosis<Options>(
  { variables, newslettersFile, done }: Opening,
  act: (app: App, found: Found, options: Options) => Promise<number>,
  withoutSettings: (error: AppError, options: Options) => number,
  options: Options,
): Promise<void> {
  const opened = await orRefusal(async () => {
    const config = loadConfig(variables, newslettersFile(), { keepSecret: false });
    const { App } = await import('../app.ts');
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

async function withApp(
  { variables, newslettersFile, done }: Opening,
  logsForPeople: (config: Config) => boolean,
  act: (app: App) => Promise<number>,
): Promise<void> {
  const config = loadConfig(variables, newslettersFile());
  const { App } = await import('../app.ts');
  const app = await App.open(config, createLog(config.logLevel, logsForPeople(config)), systemClock);
  try {
    done(await act(app));
  } finally {
    await app.close();
  }
}
