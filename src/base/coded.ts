import type { z } from 'zod';

/** A sentence that an earlier release kept, and that no code is known for. */
export interface Text {
  readonly code: 'text';
  readonly text: string;
}

/**
 * Reads a column that holds a code with what it is about, as JSON. What is none, as a row has it
 * that an earlier release wrote, is the text that stands there.
 */
export function readCoded<Coded>(schema: z.ZodType<Coded>, stored: string): Coded | Text {
  try {
    const read = schema.safeParse(JSON.parse(stored));
    if (read.success) return read.data;
  } catch {
    // Not JSON: a sentence of an earlier release.
  }
  return { code: 'text', text: stored };
}
