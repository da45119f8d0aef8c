import { once } from 'node:events';
import net from 'node:net';

/** A line to a server that can be cut without anybody being told: the bytes end, and neither side hears of it. */
export class HalfOpenProxy implements AsyncDisposable {
  readonly url: string;
  readonly #server: net.Server;
  readonly #sockets: net.Socket[] = [];
  #cutNext = false;

  private constructor(server: net.Server) {
    this.#server = server;
    this.url = `smtp://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  }

  /** @param to where the lines lead. */
  static async start(to: string): Promise<HalfOpenProxy> {
    const server = net.createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new HalfOpenProxy(server);
    server.on('connection', (near) => proxy.#join(near, net.connect(Number(new URL(to).port), '127.0.0.1')));
    return proxy;
  }

  /** The next message reaches the server, and from then on that line is silent both ways. */
  cutAfterNextDot(): void {
    this.#cutNext = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: net.Socket, far: net.Socket): void {
    let dead = false;
    this.#sockets.push(near, far);
    near
      .on('error', () => undefined)
      .on('data', (bytes) => {
        if (dead) return;
        far.write(bytes);
        if (!this.#cutNext || !bytes.toString('latin1').endsWith('\r\n.\r\n')) return;
        dead = true;
        this.#cutNext = false;
      });
    far.on('error', () => undefined).on('data', (bytes) => void (dead || near.write(bytes)));
  }
}
