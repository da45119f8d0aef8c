import { createServer, type Socket } from 'node:net';
import { serve } from './child.ts';

/** The least that takes mail: for machines on which `smtp-sink` cannot be had. Pipelining, nothing kept. */

const END = Buffer.from('\r\n.\r\n');

function converse(socket: Socket): void {
  let inMessage = false;
  let pending = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write('220 bench ESMTP\r\n');
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const replies: string[] = [];
    for (;;) {
      const end = inMessage ? pending.indexOf(END) : pending.indexOf('\n');
      if (end < 0) break;
      const line = inMessage ? '.' : pending.toString('latin1', 0, end);
      pending = pending.subarray(end + (inMessage ? END.length : 1));
      replies.push(reply(line));
      inMessage = !inMessage && /^DATA/i.test(line);
      if (/^QUIT/i.test(line)) socket.end();
    }
    // What is left of a message is only looked at for its end.
    if (inMessage && pending.length > END.length) pending = Buffer.from(pending.subarray(-END.length + 1));
    if (replies.length > 0 && socket.writable) socket.write(replies.join(''));
  });
}

function reply(line: string): string {
  if (/^EHLO/i.test(line)) return '250-bench\r\n250-PIPELINING\r\n250 8BITMIME\r\n';
  if (/^DATA/i.test(line)) return '354 go on\r\n';
  return /^QUIT/i.test(line) ? '221 bye\r\n' : '250 2.0.0 Ok\r\n';
}

await serve(
  () =>
    new Promise((resolve) => {
      const server = createServer(converse).listen(0, '127.0.0.1', 512, () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    }),
);
