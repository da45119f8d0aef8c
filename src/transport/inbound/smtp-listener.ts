import type { SMTPServer } from 'smtp-server';
import { AppError } from '../../base/errors.ts';

/**
 * Lets a server listen, and keeps it from ending the process later: a client that vanishes is
 * nobody's business.
 * @param at.port 0 for any that is free.
 * @param trouble said where it cannot.
 * @returns the port.
 * @throws AppError PORT_IN_USE.
 */
export async function listen(
  server: SMTPServer,
  at: { readonly host: string; readonly port: number },
  trouble: { readonly says: string; readonly hint: string },
): Promise<number> {
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new AppError('PORT_IN_USE', trouble.says, { hint: trouble.hint, cause })),
    );
    const socket = server.listen(at.port, at.host, () => {
      const address = socket.address();
      resolve(typeof address === 'object' && address ? address.port : at.port);
    });
  });
  server.on('error', () => undefined);
  return port;
}

/** An error that the server answers with. @param says begins with the enhanced code (RFC 3463). */
export function refusal(responseCode: number, says: string): Error {
  return Object.assign(new Error(says), { responseCode });
}

/**
 * The first bytes of a stream, which is read to its end: a reply is due after the final dot, not in
 * the middle.
 */
export async function firstBytes(stream: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (length < most) chunks.push(chunk.subarray(0, most - length));
    length += chunk.length;
  }
  return Buffer.concat(chunks);
}
