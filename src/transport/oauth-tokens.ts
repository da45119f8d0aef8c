import XOAuth2 from 'nodemailer/lib/xoauth2';
import { z } from 'zod';
import { SECOND_MS, systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { OauthConfig } from '../config/relay.ts';

const PATIENCE_MS = 15 * SECOND_MS;
/** A token is used for the login alone, and not to the last second. */
const SPARE_S = 60;
const ANSWER_MAX_CHARACTERS = 100_000;

const answerSchema = z.object({
  access_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().positive().max(1e7).optional(),
  refresh_token: z.string().min(1).optional(),
  error: z.string().optional(),
  error_description: z.string().optional(),
});

/**
 * Tokens for logging in to one mailbox (XOAUTH2), fetched when the first connection needs one and
 * shared by all until it expires: with a refresh token, or for the program itself (RFC 6749 §6 and
 * §4.4).
 */
export function tokensFor(user: string, oauth: OauthConfig): XOAuth2 {
  let refreshToken = oauth.refreshToken;
  const provide = async () => {
    const got = await fetchToken({ ...oauth, refreshToken });
    refreshToken = got.refresh_token ?? refreshToken; // some providers give a new one each time
    const seconds = Math.max((got.expires_in ?? 0) - SPARE_S, 0);
    return { token: got.access_token, until: systemClock.now() + seconds * SECOND_MS };
  };
  return new XOAuth2({
    user,
    provisionCallback: (_user, _renew, done) => {
      provide().then(
        ({ token, until }) => done(null, token, until),
        (error: Error) => done(error),
      );
    },
  });
}

async function fetchToken({ tokenUrl, clientId, clientSecret, refreshToken, scope }: OauthConfig) {
  const form = new URLSearchParams({ client_id: clientId });
  if (clientSecret) form.set('client_secret', clientSecret);
  if (scope) form.set('scope', scope);
  form.set('grant_type', refreshToken ? 'refresh_token' : 'client_credentials');
  if (refreshToken) form.set('refresh_token', refreshToken);
  const where = `no token from ${new URL(tokenUrl).host}`;
  const { status, text } = await post(tokenUrl, form).catch((error) => {
    throw new Error(`${where}: ${messageOf(error)}`);
  });
  const { access_token, error, ...rest } = answerSchema.safeParse(json(text)).data ?? {};
  if (access_token) return { access_token, ...rest };
  throw new Error(
    `${where}: ${[error ?? `HTTP ${status}`, rest.error_description].filter(Boolean).join(', ')}`,
  );
}

async function post(url: string, body: URLSearchParams): Promise<{ status: number; text: string }> {
  // Whoever redirects a request that carries secrets is not who was meant.
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(url, { method: 'POST', body, redirect: 'error', signal });
  return { status: response.status, text: (await response.text()).slice(0, ANSWER_MAX_CHARACTERS) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
