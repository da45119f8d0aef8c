import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { AppError } from '../base/errors.ts';
import { testAsKept } from '../delivery/studio-ledger.ts';
import type { RenderedMail } from '../mail/render.ts';
import type { Database } from '../storage/schema/schema.ts';

const squeeze = promisify(deflate);
const unsqueeze = promisify(inflate);

/** A rendered mail as rows keep it: thousands of 50 KB each, every day, squeezed to a sixth. */
export async function packed(mail: RenderedMail): Promise<string> {
  return (await squeeze(JSON.stringify(mail))).toString('base64');
}

export async function unpacked(mail: string): Promise<RenderedMail> {
  return JSON.parse((await unsqueeze(Buffer.from(mail, 'base64'))).toString());
}

/** The mail of a test, as it was on the screen, with a subject that says what it is. */
export async function testMail(db: Database, deliveryId: number): Promise<RenderedMail> {
  const kept = await testAsKept(db, deliveryId);
  if (!kept) throw new AppError('NOT_FOUND', `The test ${deliveryId} was kept without its mail`);
  const mail = await unpacked(kept);
  return { ...mail, subject: `[Test] ${mail.subject}` };
}
