import type XOAuth2 from 'nodemailer/lib/xoauth2';
import type { OauthConfig } from '../config/relay.ts';
import { type Smtp, sayWhatHappened } from './connection.ts';
import { tokensFor } from './oauth-tokens.ts';

/**
 * With a password, or with tokens: then nodemailer logs in with XOAUTH2, whatever else the relay
 * offers.
 */
export type Login = { readonly credentials: { user: string; pass: string } } | { readonly oauth2: XOAuth2 };

/** Returns the credentials for a relay by its address; undefined where none are needed. */
export function loginOf(relay: URL, oauth: OauthConfig | undefined): Login | undefined {
  if (!relay.username) return undefined;
  const user = decodeURIComponent(relay.username);
  return oauth
    ? { oauth2: tokensFor(user, oauth) }
    : { credentials: { user, pass: decodeURIComponent(relay.password) } };
}

/** The two providers that turned passwords off say it with these. */
const NO_PASSWORDS =
  /\b5\.7\.139\b|basic authentication is disabled|application-specific password|\b5\.7\.9\b/i;
const WANTS_TOKENS =
  'the relay takes no passwords but tokens (XOAUTH2): set SMTP_OAUTH_CLIENT_ID and the like';

/**
 * Rejects with what the relay, or the service that hands out tokens, said. @param greeting what
 * EHLO was answered.
 */
export function logIn(smtp: Smtp, login: Login, greeting: string | false): Promise<void> {
  return new Promise((resolve, reject) => {
    const offered = /^250[ -]AUTH[ =](.*)$/im.exec(greeting || '')?.[1] ?? '';
    const tokensAlone =
      /\b(XOAUTH2|OAUTHBEARER)\b/i.test(offered) && !/\b(PLAIN|LOGIN|CRAM-MD5)\b/i.test(offered);
    if (tokensAlone && 'credentials' in login) return reject(new Error(WANTS_TOKENS));
    smtp.login({ ...login }, (error) => {
      if (!error) return resolve();
      // A token that was refused is not tried again; without one, the next connection fetches another.
      if ('oauth2' in login) login.oauth2.updateToken('', 0);
      const reason = sayWhatHappened(error);
      reject(
        'credentials' in login && NO_PASSWORDS.test(reason)
          ? new Error(`${reason} (${WANTS_TOKENS})`)
          : error,
      );
    });
  });
}
