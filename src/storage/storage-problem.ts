import { AppError, messageOf } from '../base/errors.ts';

interface Problem {
  readonly says: string;
  readonly mend: string;
}

const FULL: Problem = {
  says: 'The disk that holds the database is full',
  mend: 'Make room and start again: what had not been written was taken back whole.',
};
const READ_ONLY: Problem = {
  says: 'The database is read-only',
  mend: 'Let the user that runs Broadsheet write to the database file and to its folder.',
};
const DAMAGED: Problem = {
  says: 'The database file is damaged, or is not a database',
  mend: 'Keep a copy of the file, and restore a backup (docs/OPERATING.md).',
};

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html. */
const OF_SQLITE: Readonly<Record<number, Problem>> = {
  5: {
    says: 'Another process keeps the database locked',
    mend: 'See which one it is (a backup, a SQLite shell), and try again when it has ended.',
  },
  8: READ_ONLY,
  10: {
    says: 'The disk that holds the database cannot be read or written',
    mend: 'Look at the disk and at the system’s log, and start again.',
  },
  11: DAMAGED,
  13: FULL,
  14: {
    says: 'The database file cannot be opened',
    mend: 'Let the user that runs Broadsheet read and write the file and its folder.',
  },
  26: DAMAGED,
};

/** SQLSTATE codes of PostgreSQL. */
const OF_POSTGRES: Readonly<Record<string, Problem>> = {
  '25006': { says: 'The database is read-only', mend: 'DATABASE_URL has to lead to the primary server.' },
  '53100': FULL,
  '53300': {
    says: 'PostgreSQL takes no more connections',
    mend: 'Raise max_connections, or run fewer processes on this database.',
  },
  '57P03': { says: 'PostgreSQL is starting or stopping', mend: 'Try again in a moment.' },
};

/** Errors of the file system that say the disk, not the program, is at fault. */
const OF_FILES: Readonly<Record<string, Problem>> = {
  ENOSPC: { ...FULL, says: 'The disk is full' },
  EDQUOT: { ...FULL, says: 'The disk quota is used up' },
  EROFS: { says: 'The disk is read-only', mend: 'Mount it for writing, or set DATA_DIR to another folder.' },
};

/**
 * Returns what a person can do about a database or disk that failed, as an AppError
 * STORAGE_UNAVAILABLE; undefined for every error with another origin.
 */
export function storageProblem(error: unknown): AppError | undefined {
  const problem = problemOf(error);
  return (
    problem &&
    new AppError('STORAGE_UNAVAILABLE', `${problem.says} (${messageOf(error)})`, {
      hint: problem.mend,
      cause: error,
    })
  );
}

function problemOf(error: unknown): Problem | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as Error & { readonly code?: unknown; readonly errcode?: unknown };
  if (typeof errcode === 'number') return OF_SQLITE[errcode & 0xff];
  if (typeof code !== 'string') return undefined;
  return OF_POSTGRES[code] ?? OF_FILES[code];
}
