import { connect, createServer, type Socket } from 'node:net';
import { serve } from './child.ts';

/** Passes everything on, later: a relay that is some milliseconds away, each way. */

interface Task {
  readonly port: number;
  readonly eachWayMs: number;
}

function passOn(from: Socket, to: Socket, eachWayMs: number): void {
  from.setNoDelay(true);
  // Timers of one length fire in the order they were set: no chunk overtakes another.
  from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), eachWayMs));
  from.on('end', () => setTimeout(() => to.end(), eachWayMs));
  from.on('error', () => to.destroy());
}

await serve<Task>(
  ({ port, eachWayMs }) =>
    new Promise((resolve) => {
      const server = createServer((near) => {
        const far = connect(port, '127.0.0.1');
        passOn(near, far, eachWayMs);
        passOn(far, near, eachWayMs);
      }).listen(0, '127.0.0.1', 512, () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    }),
);
