import type { Database } from '../src/storage/schema/schema.ts';
import type { Sent } from './sent.ts';
import { signedFields } from './tamper.ts';
import { type Judge, noneOf, type SentMessage } from './verdict.ts';

const ENCODINGS = {
  'a form': () => new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  'multipart form data': () => {
    const data = new FormData();
    data.set('List-Unsubscribe', 'One-Click');
    return data;
  },
};

/** Unsubscribing with one click (RFC 8058), from the header to the ledger, as a mail program does it. */
export function oneClick({ app, site }: Pick<Sent, 'app' | 'site'>): Judge {
  return {
    name: 'RFC 8058',
    async judge(messages) {
      const findings: string[] = [];
      for (const message of messages) {
        const found = isQuestion(message)
          ? withoutHeaders(message)
          : await click(message, app.db, site, app.config.publicUrl);
        findings.push(...found.map((what) => `${message.name}: ${what}`));
      }
      return noneOf(findings);
    },
  };
}

/** It may be to anybody, who then has nothing to unsubscribe from. */
function isQuestion({ name }: SentMessage): boolean {
  return ['confirmation', 'address-old', 'address-new'].includes(name);
}

function withoutHeaders(message: SentMessage): string[] {
  return valuesOf(message, 'list-unsubscribe').map(() => 'has a List-Unsubscribe before anybody subscribed');
}

async function click(message: SentMessage, db: Database, site: string, publicUrl: string): Promise<string[]> {
  const findings = headerFindings(message);
  const [address = ''] = valuesOf(message, 'list-unsubscribe');
  const [, uri = ''] = /^<(https:\/\/[^>]+)>, <mailto:[^>\s]+>$/.exec(address) ?? [];
  if (!uri.startsWith(publicUrl))
    return [...findings, `List-Unsubscribe is not an https address of ours and then a mailbox: ${address}`];
  const url = uri.replace(publicUrl, site);
  const subscription = subscriptionOf(db, message);
  const before = await subscription.state();
  const shown = await fetch(url, { redirect: 'manual' });
  if (shown.status !== 200) findings.push(`GET answers ${shown.status}`);
  if ((await subscription.state()) !== before) findings.push('GET changes the subscription');
  for (const [what, body] of Object.entries(ENCODINGS)) {
    await subscription.set('active');
    const answer = await fetch(url, { method: 'POST', body: body(), redirect: 'manual' });
    if (answer.status < 200 || answer.status > 299) findings.push(`POST of ${what} answers ${answer.status}`);
    if (answer.headers.get('set-cookie')) findings.push(`POST of ${what} sets a cookie`);
    if ((await subscription.state()) !== 'unsubscribed')
      findings.push(`POST of ${what} does not unsubscribe`);
  }
  await subscription.set(before);
  return findings;
}

function headerFindings(message: SentMessage): string[] {
  const post = valuesOf(message, 'list-unsubscribe-post');
  const signed = signedFields(message.raw.toString('latin1'));
  return [
    ...(post.length === 1 && post[0] === 'List-Unsubscribe=One-Click'
      ? []
      : [`List-Unsubscribe-Post is ${post.join(', ') || 'missing'}`]),
    ...(valuesOf(message, 'list-unsubscribe').length === 1 ? [] : ['List-Unsubscribe is not there once']),
    ...['list-unsubscribe', 'list-unsubscribe-post']
      .filter((name) => !signed.includes(name))
      .map((name) => `the signature does not cover ${name}`),
  ];
}

function valuesOf({ headers }: SentMessage, wanted: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}

type State = 'pending' | 'active' | 'unsubscribed';

/** The subscription of the person a message went to: the message's name is the first part of their address. */
function subscriptionOf(db: Database, { name }: SentMessage) {
  const email = `${name}@readers.example`;
  const people = db.selectFrom('subscribers').select('id').where('email', '=', email);
  return {
    state: async () =>
      (
        await db
          .selectFrom('subscriptions')
          .select('state')
          .where('subscriber_id', 'in', people)
          .executeTakeFirstOrThrow()
      ).state,
    set: (state: State) =>
      db.updateTable('subscriptions').set({ state }).where('subscriber_id', 'in', people).execute(),
  };
}
