import type net from 'node:net';

/** Command lines and messages out of a socket's chunks. */
export class WireReader {
  #held = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(socket: net.Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#held = Buffer.concat([this.#held, chunk]);
      this.#wake();
    });
    socket.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  async line(): Promise<string | undefined> {
    return (await this.#until(() => this.#cut('\r\n', 0)))?.toString();
  }

  firstByte(): Promise<Buffer | undefined> {
    return this.#until(() => (this.#held.length > 0 ? this.#held : undefined));
  }

  untilDot(): Promise<Buffer | undefined> {
    // An empty message is a dot alone, with no line before it.
    return this.#until(
      () =>
        this.#cut('\r\n.\r\n', 2) ?? (this.#held.indexOf('.\r\n') === 0 ? this.#cut('.\r\n', 0) : undefined),
    );
  }

  /** Takes what stands before `end`, with the first `keep` bytes of it. */
  #cut(end: string, keep: number): Buffer | undefined {
    const at = this.#held.indexOf(end);
    if (at < 0) return undefined;
    const taken = this.#held.subarray(0, at + keep);
    this.#held = this.#held.subarray(at + end.length);
    return taken;
  }

  async #until(look: () => Buffer | undefined): Promise<Buffer | undefined> {
    for (;;) {
      const found = look();
      if (found || this.#ended) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
