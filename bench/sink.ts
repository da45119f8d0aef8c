import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { keepRunning, type Server, startServer, timeProgram } from './child.ts';

/** Who takes the mail, and Postfix's own load generator where there is one. */
export interface Sink extends Server {
  readonly name: string;
  /** Seconds that `smtp-source` took for this many messages; undefined where the package could not be had. */
  readonly generate: ((load: Load) => Promise<number>) | undefined;
}

export interface Load {
  readonly messages: number;
  readonly connections: number;
  readonly bytes: number;
}

const BACKLOG = '512';
const READY_TRIES = 100;

/** Postfix's `smtp-sink`, from Debian's package unpacked beside the system, not installed; else one of our own. */
export async function openSink(kind: 'postfix' | 'in-repo'): Promise<Sink> {
  const tools = kind === 'postfix' ? unpackPostfix() : undefined;
  if (!tools) {
    const server = await startServer('in-repo-sink.ts');
    return { ...server, name: 'in-repo sink', generate: undefined };
  }
  const env = { ...process.env, LD_LIBRARY_PATH: join(tools, 'usr/lib/postfix') };
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  // smtp-sink refuses to be root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const sink = keepRunning(join(tools, 'usr/sbin/smtp-sink'), [...user, host, BACKLOG], env);
  await listening(port);
  const source = join(tools, 'usr/sbin/smtp-source');
  return {
    name: 'smtp-sink (Postfix)',
    port,
    stop: () => sink.stdin?.end(),
    generate: ({ messages, connections, bytes }) =>
      timeProgram(
        source,
        // -d keeps connections open from message to message, as we do; without it smtp-source is slower.
        `-d -s ${connections} -m ${messages} -l ${bytes} -f from@paper.example -t to@readers.example ${host}`.split(
          ' ',
        ),
        env,
      ),
  };
}

/** The folder with the unpacked package; undefined on a machine without apt or without a network. */
function unpackPostfix(): string | undefined {
  const folder = join(tmpdir(), 'broadsheet-bench', 'postfix');
  const unpacked = join(folder, 'unpacked');
  try {
    if (existsSync(join(unpacked, 'usr/sbin/smtp-sink'))) return unpacked;
    mkdirSync(folder, { recursive: true });
    const options = { cwd: folder, stdio: 'ignore', timeout: 120_000 } as const;
    execFileSync('apt-get', ['download', 'postfix'], options);
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.deb'));
    execFileSync('dpkg', ['-x', archive ?? '', unpacked], options);
    return unpacked;
  } catch {
    return undefined;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < READY_TRIES; tries += 1) {
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', () => resolve(true)).once('error', () => resolve(false));
      socket.once('data', () => socket.destroy());
    });
    if (answered) return;
    await delay(50);
  }
  throw new Error('smtp-sink does not answer');
}
