import nodemailer from 'nodemailer';
import { answer } from './child.ts';
import type { Relay } from './newsroom.ts';
import { renderSample, type Sample } from './sample.ts';

/** The way it is usually done: nodemailer's pool, composing each message from its parts. */

export interface TheirTask extends Relay {
  readonly messages: number;
  readonly dkim?: { readonly domainName: string; readonly keySelector: string; readonly privateKey: string };
}

export interface TheirRun {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

await answer<TheirTask>(async ({ port, connections, messages, dkim }) => {
  const transport = nodemailer.createTransport({
    pool: true,
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    maxConnections: connections,
    maxMessages: Number.POSITIVE_INFINITY,
    ...(dkim ? { dkim } : {}),
  });
  const sample = await renderSample();
  const began = performance.now();
  const cpu = process.cpuUsage();
  let next = 0;
  const line = async () => {
    while (next < messages) {
      next += 1;
      await transport.sendMail(mailFor(sample, next));
    }
  };
  // Two for each connection, so that none ever waits for the next message.
  await Promise.all(Array.from({ length: connections * 2 }, line));
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  transport.close();
  return { seconds, cpuSeconds: (user + system) / 1e6 } satisfies TheirRun;
});

/** The same subject, headers, HTML and text as ours, with this reader's links. */
function mailFor({ mail, personal, headers }: Sample, n: number) {
  return {
    from: 'The Daily Stopwatch <newsletter@paper.example>',
    to: `reader-${n}@readers.example`,
    messageId: `<${n}.bench@paper.example>`,
    subject: mail.subject,
    headers: headers(n),
    ...personal(n),
  };
}
