import { once } from 'node:events';
import net from 'node:net';
import { SMTPServer } from 'smtp-server';
import { WireReader } from '../transport/wire-reader.ts';

export interface TlsServer extends AsyncDisposable {
  readonly url: string;
  /** The commands heard in clear text. */
  readonly lines: readonly string[];
}

/** What follows STARTTLS: an answer and then perhaps nothing more, or no answer at all. */
export type AfterStartTls = { readonly reply: string; readonly next: 'go on' | 'stall' | 'close' } | 'stall';

/** A server that offers STARTTLS and never gets as far as a key. */
export async function brokenTls(after: AfterStartTls): Promise<TlsServer> {
  const lines: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    void converse(socket, after, lines);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    lines,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function converse(socket: net.Socket, after: AfterStartTls, lines: string[]): Promise<void> {
  const reader = new WireReader(socket);
  socket.write('220 sink.example ESMTP\r\n');
  for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
    lines.push(line);
    if (line.startsWith('EHLO')) socket.write('250-sink.example\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n');
    else if (line !== 'STARTTLS') socket.write('250 2.0.0 ok\r\n');
    else if (after === 'stall') return;
    else {
      socket.write(`${after.reply}\r\n`);
      if (after.next === 'close') socket.end();
      if (after.next !== 'go on') return;
    }
  }
}

/** A server whose certificate nobody has signed but itself. */
export async function selfSigned(): Promise<TlsServer> {
  const lines: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 100,
    onMailFrom: ({ address }, _session, done) => {
      lines.push(`MAIL FROM:<${address}>`);
      done();
    },
    onAuth: (_auth, _session, done) => {
      lines.push('AUTH');
      done(null, { user: 'user' });
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listening.address() as net.AddressInfo).port}`,
    lines,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
