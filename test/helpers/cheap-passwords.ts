import type { BinaryLike, ScryptOptions } from 'node:crypto';
import { expect, vi } from 'vitest';

/**
 * To derive a password takes a third of a second of a processor, as it should. Tests that log in by the way derive theirs at
 * the least cost; those about passwords at the real one.
 */

const ABOUT_PASSWORDS = /\/test\/(editors|cli)\//;

if (!ABOUT_PASSWORDS.test(expect.getState().testPath ?? ''))
  vi.doMock('node:crypto', async (importOriginal) => {
    const crypto = await importOriginal<typeof import('node:crypto')>();
    const scrypt = (
      password: BinaryLike,
      salt: BinaryLike,
      length: number,
      _: ScryptOptions,
      done: (error: Error | null, derived: Buffer) => void,
    ) => crypto.scrypt(password, salt, length, { N: 16, r: 1, p: 1 }, done);
    return { ...crypto, scrypt };
  });
