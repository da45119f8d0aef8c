import { randomFillSync } from 'node:crypto';

/**
 * Bytes in a public id: 64 random bits, of which a trillion hold two equal ones once in forty
 * times.
 */
export const PUBLIC_ID_BYTES = 8;
/**
 * The public id of nobody: it stands in the mails of sample readers and in tests that editors send
 * themselves.
 */
export const NOBODY = '0'.repeat(PUBLIC_ID_BYTES * 2);

const PUBLIC_ID = /^[0-9a-f]{16}$/;
/**
 * Random bytes are fetched for many ids together: asking for eight at a time costs more than
 * freezing their deliveries.
 */
const pool = Buffer.alloc(PUBLIC_ID_BYTES * 512);
let used = pool.length;

/**
 * Makes a random id by which the world outside knows a person, a subscription or a delivery: 16
 * hexadecimal digits. Unlike a row's number it is never given twice, not by a restored backup
 * either, and it says nothing about how many there are.
 */
export function newPublicId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = pool.toString('hex', used, used + PUBLIC_ID_BYTES);
  used += PUBLIC_ID_BYTES;
  return id === NOBODY ? newPublicId() : id;
}

/** Tells whether a text is a public id of somebody. */
export function isPublicId(text: string): boolean {
  return PUBLIC_ID.test(text) && text !== NOBODY;
}
