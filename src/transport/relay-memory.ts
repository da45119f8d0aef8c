import type { Connect } from './smtp.ts';

/**
 * Remembers the relay's abilities from the last connection: a sign-up has to be answered without
 * asking it.
 */
export class RelayMemory {
  #takesUtf8 = false;

  /**
   * True if the relay accepts addresses with letters beyond ASCII before the @; false before the
   * first connection.
   */
  get takesUtf8(): boolean {
    return this.#takesUtf8;
  }

  /** The same connections, remembered. */
  of(connect: Connect): Connect {
    return async () => {
      const met = await connect();
      if (met.ok) this.#takesUtf8 = met.connection.takesUtf8;
      return met;
    };
  }
}

/** Asks the relay now; false when it cannot be asked. */
export async function takesUtf8(connect: Connect): Promise<boolean> {
  const met = await connect();
  if (met.ok) met.connection.close();
  return met.ok && met.connection.takesUtf8;
}
