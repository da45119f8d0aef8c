import { PATIENCE, type Patience } from '../../src/transport/patience.ts';
import { type RelayConnection, relayAt } from '../../src/transport/smtp.ts';
import type { Mail, Mark } from '../../src/transport/transaction.ts';
import { type Script, ScriptedServer } from '../helpers/smtp-server.ts';
import { address } from '../mail/sample.ts';

export const SHORT: Patience = {
  connectMs: 1_000,
  commandMs: 1_000,
  dataMs: 1_000,
  blockMs: 1_000,
  finalMs: 1_200,
};
/** Outlasts a machine that stands still for seconds: for conversations that nothing keeps waiting on purpose. */
export const LONG: Patience = {
  ...PATIENCE,
  commandMs: 45_000,
  dataMs: 45_000,
  blockMs: 45_000,
  finalMs: 45_000,
};
export const yes: Mark = async () => true;

export function mailTo(to: string, body = 'Good morning.\r\n'): Mail {
  const head = `From: <news@paper.example>\r\nTo: <${to}>\r\nMessage-ID: <1@paper.example>\r\n\r\n`;
  return { from: 'news@paper.example', to: address(to), raw: Buffer.from(head + body) };
}

export interface Conversation extends AsyncDisposable {
  readonly server: ScriptedServer;
  readonly connection: RelayConnection;
}

/** A server that keeps to the script, and one connection to it. */
export async function conversation(script: Script = {}, patience = LONG): Promise<Conversation> {
  const server = await ScriptedServer.start(script);
  const opened = await relayAt(server.url, { patience })();
  if (!opened.ok) throw new Error(opened.reason);
  const { connection } = opened;
  return {
    server,
    connection,
    [Symbol.asyncDispose]: async () => {
      connection.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
