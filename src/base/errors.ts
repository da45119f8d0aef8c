/**
 * Every failure a person can meet, in one table: what it means and how the command line leaves.
 * `docs/ERRORS.md` explains each code; a test holds the two together.
 */
export const ERROR_CODES = {
  USAGE: { meaning: 'The command was not understood', exitCode: 2 },
  CONFIG_INVALID: { meaning: 'A setting is missing or wrong', exitCode: 2 },
  ADDRESS_INVALID: { meaning: 'An email address cannot be used', exitCode: 2 },
  NOT_FOUND: { meaning: 'The named thing does not exist', exitCode: 2 },
  TEMPLATE_INVALID: { meaning: 'A template does not compile', exitCode: 3 },
  CONSENT_UNCLEAR: { meaning: 'The list may name people who left', exitCode: 2 },
  IMPORT_STOPPED: { meaning: 'The list could not be taken in to its end', exitCode: 3 },
  STORAGE_UNAVAILABLE: { meaning: 'The database cannot be used', exitCode: 3 },
  RELAY_UNAVAILABLE: { meaning: 'The mail relay cannot be used', exitCode: 3 },
  PORT_IN_USE: { meaning: 'The port is taken', exitCode: 3 },
  LEDGER_UNBALANCED: { meaning: 'The ledger does not add up', exitCode: 3 },
} as const satisfies Record<string, { meaning: string; exitCode: number }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * A failure with a stable code to match on, a sentence for people, and a hint that says how to mend
 * it.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code].exitCode;
  }
}

/** The sentence of anything that was thrown, for a log line or a person. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}
