import { createHash, createHmac, hkdfSync } from 'node:crypto';
import type { TokenPurpose } from '../../src/base/token.ts';

/** Makes a token as releases before public ids made them: a row's number and a time, under HMAC-SHA-256 cut to 128 bits. */
export function oldToken(secret: string, purpose: TokenPurpose, row: number, issuedAt = 0): string {
  const body = Buffer.alloc(12);
  body.writeUInt8(createHash('sha256').update(`broadsheet:key-id:${secret}`).digest().readUInt8(0), 0);
  body.writeUIntBE(row, 1, 6);
  body.writeUIntBE(Math.floor(issuedAt / 1000), 7, 5);
  const key = Buffer.from(hkdfSync('sha256', secret, '', `broadsheet:${purpose}`, 32));
  const mac = createHmac('sha256', key).update(body).digest().subarray(0, 16);
  return Buffer.concat([body, mac]).toString('base64url');
}
