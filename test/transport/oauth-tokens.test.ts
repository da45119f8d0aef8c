import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import type { OauthConfig } from '../../src/config/relay.ts';
import { relayAt } from '../../src/transport/smtp.ts';
import { type Script, ScriptedServer } from '../helpers/smtp-server.ts';
import { LONG, mailTo, yes } from './conversation.ts';

interface TokenService extends AsyncDisposable {
  readonly url: string;
  readonly asked: URLSearchParams[];
}

/** A service that hands out tokens as it is told: one answer after the other, the last one again and again. */
async function tokenService(
  ...answers: readonly (readonly [status: number, body: unknown])[]
): Promise<TokenService> {
  const asked: URLSearchParams[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [status, body] = answers[Math.min(asked.length, answers.length - 1)] ?? [500, ''];
      asked.push(new URLSearchParams(Buffer.concat(chunks).toString()));
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const TOKENS_ALONE: Script = { extensions: ['AUTH XOAUTH2'] };
const REFRESH = { clientId: 'our-program', clientSecret: 'hush', refreshToken: '1//first', scope: undefined };

function connectTo(server: ScriptedServer, oauth: OauthConfig | undefined) {
  const url = server.url.replace('//', '//news%40paper.example:unused@');
  return relayAt(url, { patience: LONG, oauth });
}

function login(server: ScriptedServer): string[] {
  return server.lines
    .filter((line) => line.startsWith('AUTH'))
    .map((line) => Buffer.from(line.split(' ')[2] ?? '', 'base64').toString());
}

test('a relay that takes tokens alone gets one, fetched once for all connections', async () => {
  await using service = await tokenService([
    200,
    { access_token: 'abc', expires_in: 3600, token_type: 'Bearer' },
  ]);
  await using server = await ScriptedServer.start(TOKENS_ALONE);
  const connect = connectTo(server, { ...REFRESH, tokenUrl: service.url });
  for (let times = 0; times < 3; times += 1) {
    const opened = await connect();
    if (!opened.ok) throw new Error(opened.reason);
    expect(await opened.connection.send(mailTo('reader@example.org'), yes)).toMatchObject({
      outcome: 'accepted',
    });
    opened.connection.close();
  }
  expect(login(server)).toEqual(Array(3).fill('user=news@paper.example\x01auth=Bearer abc\x01\x01'));
  expect(service.asked.map((form) => Object.fromEntries(form))).toEqual([
    {
      client_id: 'our-program',
      client_secret: 'hush',
      grant_type: 'refresh_token',
      refresh_token: '1//first',
    },
  ]);
});

test('a program with a permission of its own asks for itself, and names the scope', async () => {
  await using service = await tokenService([200, { access_token: 'abc', expires_in: 3600 }]);
  await using server = await ScriptedServer.start(TOKENS_ALONE);
  const scope = 'https://outlook.office365.com/.default';
  const opened = await connectTo(server, {
    ...REFRESH,
    refreshToken: undefined,
    scope,
    tokenUrl: service.url,
  })();
  expect(opened.ok).toBe(true);
  if (opened.ok) opened.connection.close();
  expect(Object.fromEntries(service.asked[0] ?? [])).toEqual({
    client_id: 'our-program',
    client_secret: 'hush',
    grant_type: 'client_credentials',
    scope,
  });
});

test('a token that is refused is not used again, and a refresh token that was replaced neither', async () => {
  await using service = await tokenService(
    [200, { access_token: 'stale', expires_in: 3600, refresh_token: '1//second' }],
    [200, { access_token: 'fresh', expires_in: 3600 }],
  );
  await using server = await ScriptedServer.start({ ...TOKENS_ALONE, auth: { reply: '535 5.7.3 no' } });
  const connect = connectTo(server, { ...REFRESH, tokenUrl: service.url });
  expect(await connect()).toMatchObject({ ok: false, reason: expect.stringContaining('535 5.7.3') });
  server.script = TOKENS_ALONE;
  const opened = await connect();
  expect(opened.ok).toBe(true);
  if (opened.ok) opened.connection.close();
  expect(login(server).at(-1)).toContain('Bearer fresh');
  expect(service.asked.map((form) => form.get('refresh_token'))).toEqual(['1//first', '1//second']);
});

test.each<[what: string, status: number, body: unknown, says: string]>([
  [
    'refuses',
    400,
    { error: 'invalid_grant', error_description: 'Token has been revoked.' },
    'invalid_grant, Token has been revoked.',
  ],
  ['is in trouble', 503, '<html>busy</html>', 'HTTP 503'],
  ['says nothing of use', 200, { token_type: 'Bearer' }, 'HTTP 200'],
])('a service that %s is the relay’s trouble, and is named', async (_, status, body, says) => {
  await using service = await tokenService([status, body]);
  await using server = await ScriptedServer.start(TOKENS_ALONE);
  const opened = await connectTo(server, { ...REFRESH, tokenUrl: service.url })();
  expect(opened).toEqual({ ok: false, reason: `no token from ${new URL(service.url).host}: ${says}` });
  expect(server.lines.join('\n')).not.toContain('AUTH');
});

test.each<[what: string, script: Script]>([
  ['offers nothing else', TOKENS_ALONE],
  [
    'offers passwords and refuses them all',
    {
      extensions: ['AUTH LOGIN PLAIN XOAUTH2'],
      auth: { reply: '535 5.7.139 Authentication unsuccessful, basic authentication is disabled' },
    },
  ],
])('a password for a relay that wants tokens is answered with what to set: it %s', async (_, script) => {
  await using server = await ScriptedServer.start(script);
  const opened = await connectTo(server, undefined)();
  expect(opened).toMatchObject({ ok: false, reason: expect.stringContaining('SMTP_OAUTH_CLIENT_ID') });
  expect(server.lines.filter((line) => line.startsWith('MAIL'))).toEqual([]);
});

test('the environment says where tokens come from, and what is missing', () => {
  const real = { PUBLIC_URL: 'https://news.example.org', MAIL_FROM: 'news@example.org' };
  const load = (variables: Record<string, string>) =>
    loadConfig({ ...real, SECRET_KEY: 'k'.repeat(32), ...variables }, 'newsletters.yaml');
  const mailbox = {
    SMTP_URL: 'smtp://news%40example.org@smtp.office365.com:587',
    SMTP_OAUTH_CLIENT_ID: 'id',
  };
  const tenant = 'https://login.microsoftonline.com/tenant/oauth2/v2.0/token';
  const byItself = { ...mailbox, SMTP_OAUTH_CLIENT_SECRET: 's', SMTP_OAUTH_TOKEN_URL: tenant };
  expect(load(byItself).smtpOauth).toEqual({
    tokenUrl: tenant,
    clientId: 'id',
    clientSecret: 's',
    refreshToken: undefined,
    scope: 'https://outlook.office365.com/.default',
  });
  const gmail = {
    ...mailbox,
    SMTP_URL: 'smtps://news%40example.org@smtp.gmail.com',
    SMTP_OAUTH_REFRESH_TOKEN: 'r',
  };
  expect(load(gmail).smtpOauth).toMatchObject({
    tokenUrl: 'https://oauth2.googleapis.com/token',
    scope: undefined,
  });
  expect(load({ ...mailbox, SMTP_OAUTH_REFRESH_TOKEN: 'r' }).smtpOauth).toMatchObject({
    tokenUrl: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
    scope: undefined,
  });
  expect(() => load({ ...byItself, SMTP_OAUTH_TOKEN_URL: '' })).toThrow('SMTP_OAUTH_TOKEN_URL: expected');
  expect(load({ SMTP_URL: mailbox.SMTP_URL }).smtpOauth).toBeUndefined();
  expect(() =>
    load({ ...mailbox, SMTP_URL: 'smtp://relay.example.org', SMTP_OAUTH_CLIENT_SECRET: 's' }),
  ).toThrow(/SMTP_OAUTH_TOKEN_URL: expected[\s\S]*SMTP_URL: expected the mailbox to log in as/);
  expect(() => load(mailbox)).toThrow('SMTP_OAUTH_REFRESH_TOKEN: expected');
  expect(() => load({ SMTP_URL: mailbox.SMTP_URL, SMTP_OAUTH_REFRESH_TOKEN: 'r' })).toThrow(
    'SMTP_OAUTH_CLIENT_ID: expected',
  );
});
