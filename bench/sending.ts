import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import { startCatcher } from '../src/transport/inbound/catcher.ts';
import { CaughtMails } from '../src/transport/inbound/caught-mails.ts';
import { runScript } from './child.ts';
import { compare, type Line } from './figures.ts';
import { MESSAGE_BYTES } from './newsroom.ts';
import type { Options } from './options.ts';
import type { TheirRun, TheirTask } from './send-nodemailer.ts';
import type { OurRun, OurTask } from './send-ours.ts';
import type { Sink } from './sink.ts';

/** Messages a second into the same sink: ours with its whole ledger, and the two others. */

const SOURCE_GOAL = { of: 'ratio', better: 'higher', goal: 0.7, floor: 0.5 } as const;
const POOL_GOAL = { of: 'ratio', better: 'higher', goal: 6, floor: 4 } as const;
/** The pool is several times slower; its rate does not depend on how long it runs. */
const POOL_SHARE = 4;
const DKIM = { domainName: 'paper.example', keySelector: 'bench' };

export async function sending(options: Options, sink: Sink): Promise<Line[]> {
  return contest('26 KB', options, sink, {});
}

export async function signedSending(options: Options, sink: Sink): Promise<Line[]> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-bench-key-'));
  try {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const file = join(folder, 'dkim.pem');
    writeFileSync(file, privateKey);
    const environment = {
      DKIM_DOMAIN: DKIM.domainName,
      DKIM_SELECTOR: DKIM.keySelector,
      DKIM_PRIVATE_KEY_FILE: file,
    };
    if (!(await isSigned(folder, environment)))
      return [{ name: '26 KB, DKIM RSA-2048', missing: 'not built yet: what we send is not signed' }];
    return await contest('26 KB, DKIM RSA-2048', options, sink, {
      environment,
      dkim: { ...DKIM, privateKey },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The messages a second of our side. */
export async function ourRate(task: OurTask, nodeOptions: readonly string[] = []): Promise<number> {
  const run = await runScript<OurRun>('send-ours.ts', task, nodeOptions);
  return task.messages / run.seconds;
}

interface Signing {
  readonly environment?: NodeJS.ProcessEnv;
  readonly dkim?: NonNullable<TheirTask['dkim']>;
}

async function contest(
  title: string,
  { rounds, messages, connections, profile }: Options,
  { port, generate, name }: Sink,
  { environment, dkim }: Signing,
): Promise<Line[]> {
  const ours: OurTask = { port, connections, messages, ...(environment ? { environment } : {}) };
  const pool: TheirTask = {
    port,
    connections,
    messages: Math.ceil(messages / POOL_SHARE),
    ...(dkim ? { dkim } : {}),
  };
  const nodeOptions = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const rates: Record<'ours' | 'source' | 'pool' | 'ourCpu' | 'poolCpu', number>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const source = generate
      ? messages / (await generate({ messages, connections, bytes: MESSAGE_BYTES }))
      : Number.NaN;
    const ourRun = await runScript<OurRun>('send-ours.ts', ours, nodeOptions);
    const poolRun = await runScript<TheirRun>('send-nodemailer.ts', pool);
    rates.push({
      source,
      ours: messages / ourRun.seconds,
      pool: pool.messages / poolRun.seconds,
      ourCpu: (ourRun.cpuSeconds / messages) * 1e6,
      poolCpu: (poolRun.cpuSeconds / pool.messages) * 1e6,
    });
  }
  const against = (theirs: 'source' | 'pool') =>
    rates.map((rate) => ({ ours: rate.ours, theirs: rate[theirs] }));
  const sourceName = `${title}, ${connections} connections, against smtp-source`;
  const cpu = rates.map(({ ourCpu, poolCpu }) => ({ ours: ourCpu, theirs: poolCpu }));
  return [
    generate
      ? compare(sourceName, 'msg/s', against('source'), dkim ? undefined : SOURCE_GOAL)
      : { name: sourceName, missing: `smtp-source could not be had (${name})` },
    compare(
      `${title}, against nodemailer's pool${dkim ? ' signing' : ''}`,
      'msg/s',
      against('pool'),
      POOL_GOAL,
    ),
    compare(`${title}, processor time against nodemailer's pool`, 'µs/msg', cpu),
  ];
}

/** Asks the application itself: one message into the catcher, and a look at its header. */
async function isSigned(folder: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const caught = new CaughtMails(folder);
  const catcher = await startCatcher({ port: 0, caught, clock: systemClock });
  try {
    const port = Number(new URL(catcher.url).port);
    await ourRate({ port, connections: 1, messages: 1, environment });
    const [one] = await caught.list();
    const mail = one && (await caught.read(one.id));
    return mail?.headers.some(([name]) => name.toLowerCase() === 'dkim-signature') ?? false;
  } finally {
    await catcher.close();
  }
}
