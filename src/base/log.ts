import { createRequire } from 'node:module';
import { type Logger, pino } from 'pino';

/** Object first, sentence second: `log.info({ source: 'guardian' }, 'Collected 55 articles')`. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Writes to stderr, so that what a command prints on stdout can be piped: lines for a person, or
 * JSON for programs.
 */
export function createLog(level: LogLevel, forPeople = process.stderr.isTTY === true): Log {
  // An Error has nothing that JSON would show; pino unfolds only what is called `err`, unless it is told.
  const options = { level, base: null, serializers: { error: pino.stdSerializers.err } };
  if (!forPeople) return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  let people: NodeJS.WritableStream | undefined;
  return pino(options, {
    write: (line) => {
      people ??= forReading();
      people.write(line);
    },
  });
}

/** Lays lines out for a person; loaded with the first line, since most commands write none. */
function forReading(): NodeJS.WritableStream {
  const pretty: typeof import('pino-pretty') = createRequire(import.meta.url)('pino-pretty');
  return pretty({
    destination: 2,
    sync: true,
    colorize: process.stderr.isTTY === true,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
  });
}

/**
 * `a…@example.org`: enough to find a person in the ledger, too little to leak a list through the
 * logs.
 */
export function abridge(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '…' : `${address[0]}…${address.slice(at)}`;
}

/**
 * Names the person who did something; a person known only by address, such as one of
 * `review.notify`, is abbreviated.
 */
export function whoActed(name: string): string {
  return name.includes('@') ? abridge(name) : name;
}
