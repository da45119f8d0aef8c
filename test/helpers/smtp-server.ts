import { once } from 'node:events';
import net from 'node:net';
import { WireReader } from '../transport/wire-reader.ts';

/** What the server does when a phase comes. A reply is the whole line, such as `450 4.2.0 greylisted`. */
export type Act =
  | 'accept'
  | 'hang'
  | 'reset'
  | 'close'
  | {
      readonly reply: string;
      readonly afterMs?: number;
      /** Not before this has come to pass: so a test does what it does while the other side waits, however slow the machine. */
      readonly after?: Promise<unknown>;
      readonly thenClose?: boolean;
    }
  /** A reply that never ends: one continuation line after the other. */
  | { readonly drip: string; readonly everyMs: number };

/** Where in a conversation the server is asked to act. */
export interface Moment {
  /** 1 is the first connection. */
  readonly connection: number;
  /** Which transaction of this connection, from 1. */
  readonly transaction: number;
  readonly from: string;
  readonly to: string;
}

/** `firstByte`: in the middle of the message, where there is nothing to answer yet. */
type Phase = 'greeting' | 'ehlo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'firstByte' | 'body' | 'reset';
export type Script = { readonly [phase in Phase]?: Act | ((moment: Moment) => Act) } & {
  /** Offered after EHLO, such as `PIPELINING` or `AUTH PLAIN`. */
  readonly extensions?: readonly string[];
  /** Answers DATA with 354 even when there is nobody to deliver to, as some servers do. */
  readonly dataAnyway?: boolean;
};

/** A message whose final dot arrived, whatever was answered. */
export interface Received extends Moment {
  /** The message with the dots taken out again. */
  readonly message: Buffer;
  /** What stood on the wire, up to the final dot. */
  readonly wire: Buffer;
}

export interface Heard {
  readonly connection: number;
  /** A command line, `<connected>`, `<first byte>`, `<dot>`, `<closed>`, or `> …` for what was answered. */
  readonly line: string;
  /** Milliseconds, comparable with `performance.now()`. */
  readonly at: number;
}

const DEFAULT_REPLIES: Record<Phase, string> = {
  greeting: '220 sink.example ESMTP',
  ehlo: '250 sink.example',
  auth: '235 2.7.0 welcome',
  mail: '250 2.1.0 ok',
  rcpt: '250 2.1.5 ok',
  data: '354 go ahead',
  firstByte: '',
  body: '250 2.0.0 queued',
  reset: '250 2.0.0 reset',
};

/** A server that does as its script says, and remembers what it was told and when. On 127.0.0.1. */
export class ScriptedServer implements AsyncDisposable {
  script: Script;
  readonly received: Received[] = [];
  readonly heard: Heard[] = [];
  readonly #sockets = new Set<net.Socket>();
  #server: net.Server | undefined;
  #connections = 0;
  #port = 0;

  private constructor(script: Script) {
    this.script = script;
  }

  static async start(script: Script = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer(script);
    await server.open();
    return server;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  get connections(): number {
    return this.#connections;
  }

  /** The lines heard, without the answers. */
  get lines(): string[] {
    return this.heard.map(({ line }) => line).filter((line) => !line.startsWith('>'));
  }

  /** Listens, after `shut` on the same port again. */
  async open(): Promise<void> {
    this.#server = net
      .createServer({ noDelay: true }, (socket) => void this.#serve(socket))
      .listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as net.AddressInfo).port;
  }

  /** Refuses connections from now on, and resets those that are open. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  /** Closes every open line in the polite way, as a server does with idle ones. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.end();
  }

  copiesOf(address: string): Received[] {
    return this.received.filter(({ to }) => to === address);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shut();
  }

  async #serve(socket: net.Socket): Promise<void> {
    this.#connections += 1;
    this.#sockets.add(socket);
    const session = new Session(socket, this.#connections, this);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      session.note('<closed>');
    });
    await session.run();
  }
}

class Session {
  readonly #socket: net.Socket;
  readonly #server: ScriptedServer;
  readonly #reader: WireReader;
  #moment: Moment;

  constructor(socket: net.Socket, connection: number, server: ScriptedServer) {
    this.#socket = socket;
    this.#server = server;
    this.#reader = new WireReader(socket);
    this.#moment = { connection, transaction: 0, from: '', to: '' };
  }

  note(line: string): void {
    this.#server.heard.push({ connection: this.#moment.connection, line, at: performance.now() });
  }

  async run(): Promise<void> {
    this.note('<connected>');
    let goOn = await this.#act('greeting');
    while (goOn) {
      const line = await this.#reader.line();
      if (line === undefined) return;
      this.note(line);
      goOn = await this.#command(line);
    }
  }

  async #command(line: string): Promise<boolean> {
    const verb = line.slice(0, 4).toUpperCase();
    const address = /<(.*)>/.exec(line)?.[1] ?? '';
    if (verb === 'EHLO') return this.#act('ehlo');
    if (verb === 'AUTH') return this.#act('auth');
    if (verb === 'MAIL') {
      const { connection, transaction } = this.#moment;
      this.#moment = { connection, transaction: transaction + 1, from: address, to: '' };
      return this.#act('mail');
    }
    if (verb === 'RCPT') {
      this.#moment = { ...this.#moment, to: address };
      const goOn = await this.#act('rcpt');
      if (this.#refused) this.#moment = { ...this.#moment, to: '' };
      return goOn;
    }
    if (verb === 'DATA') return this.#data();
    if (verb === 'RSET') return this.#act('reset');
    this.#say('502 5.5.1 not here');
    return true;
  }

  /** True when the last answer was a refusal. */
  #refused = false;

  async #data(): Promise<boolean> {
    const nobody = this.#moment.to === '' || this.#moment.from === '';
    if (nobody && !this.#server.script.dataAnyway) {
      this.#say('503 5.5.1 no valid recipients');
      return true;
    }
    if (!(await this.#act('data')) || this.#refused) return this.#refused;
    if (!(await this.#reader.firstByte())) return false;
    this.note('<first byte>');
    if (this.#server.script.firstByte) return this.#act('firstByte');
    const wire = await this.#reader.untilDot();
    if (wire === undefined) return false;
    this.note('<dot>');
    this.#server.received.push({ ...this.#moment, wire, message: unstuffed(wire) });
    return this.#act('body');
  }

  /** False when the conversation is over. */
  async #act(phase: Phase): Promise<boolean> {
    const scripted = this.#server.script[phase];
    const act = (typeof scripted === 'function' ? scripted(this.#moment) : scripted) ?? 'accept';
    this.#refused = typeof act === 'object' && 'reply' in act && /^[45]/.test(act.reply);
    if (act === 'hang') return false;
    if (act === 'reset') this.#socket.resetAndDestroy();
    if (act === 'close') this.#socket.end();
    if (act === 'reset' || act === 'close') return false;
    if (act === 'accept') this.#say(this.#default(phase));
    else if ('drip' in act) return this.#drip(act.drip, act.everyMs);
    else {
      await act.after;
      if (act.afterMs) await new Promise((resolve) => setTimeout(resolve, act.afterMs));
      this.#say(act.reply);
      if (act.thenClose) this.#socket.end();
    }
    return true;
  }

  #default(phase: Phase): string {
    const extensions = phase === 'ehlo' ? (this.#server.script.extensions ?? []) : [];
    const lines = ['sink.example', ...extensions];
    if (extensions.length === 0) return DEFAULT_REPLIES[phase];
    return lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
  }

  #drip(line: string, everyMs: number): boolean {
    const timer = setInterval(() => this.#socket.write(`${line}\r\n`), everyMs);
    this.#socket.on('close', () => clearInterval(timer));
    return false;
  }

  #say(reply: string): void {
    this.note(`> ${reply}`);
    if (this.#socket.writable) this.#socket.write(`${reply}\r\n`);
  }
}

function unstuffed(wire: Buffer): Buffer {
  return Buffer.from(wire.toString('latin1').replace(/(^|\r\n)\.\./g, '$1.'), 'latin1');
}
