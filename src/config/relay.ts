import { z } from 'zod';

/**
 * Credentials for logging in to the relay with tokens in place of a password (XOAUTH2), as
 * Microsoft 365 and Gmail require.
 */
export interface OauthConfig {
  /** Token endpoint: `https://login.microsoftonline.com/TENANT/oauth2/v2.0/token` or the like. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  /** Undefined where the program has a permission of its own (client credentials). */
  readonly refreshToken: string | undefined;
  readonly scope: string | undefined;
}

/** Environment variables that `relayProblems` and `oauthOf` read. */
interface RelayVariables {
  readonly SMTP_URL?: string | undefined;
  readonly SMTP_OAUTH_TOKEN_URL?: string | undefined;
  readonly SMTP_OAUTH_CLIENT_ID?: string | undefined;
  readonly SMTP_OAUTH_CLIENT_SECRET?: string | undefined;
  readonly SMTP_OAUTH_REFRESH_TOKEN?: string | undefined;
  readonly SMTP_OAUTH_SCOPE?: string | undefined;
}

const EXAMPLE = 'an address such as smtp://user:password@relay.example.org:587';
/**
 * The characters that end a user or a password in a URL, or begin an escape, and how each is
 * written there.
 */
const SPELLINGS = '% as %25, / as %2F, ? as %3F, # as %23, @ as %40 and : as %3A';

/** Reads `SMTP_URL`. What is wrong with it is said without repeating the password. */
export function readSmtpUrl(typed: string, context: z.RefinementCtx): string {
  const problem = problemOfUrl(typed);
  if (problem === undefined) return typed;
  context.addIssue(problem);
  return z.NEVER;
}

function problemOfUrl(typed: string): string | undefined {
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  const isSmtp = /^smtps?:\/\//i.test(typed);
  const login = isSmtp && typed.includes('@');
  // A "/", "?" or "#" in the password ends the host: what was meant for the host stands behind it, or the port is no number.
  const isCutShort = url === undefined || `${url.pathname}${url.search}${url.hash}`.includes('@');
  if (login && (isCutShort || !isDecodable(url.username) || !isDecodable(url.password)))
    return `${EXAMPLE}; in the user and the password write ${SPELLINGS}`;
  if (!isSmtp || !url?.hostname) return EXAMPLE;
  if (!/^\/?$/.test(url.pathname) || url.hash)
    return `${EXAMPLE}, with nothing behind the port but ?tls=required`;
  const tls = url.searchParams.get('tls');
  return tls === null || tls === 'required'
    ? undefined
    : `${EXAMPLE}?tls=required, or without the part after the ?`;
}

/** False where a `%` begins no escape, or the escapes are no UTF-8. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The two providers that have turned passwords off, by the host of their relay. */
const TOKENS_OF: Readonly<Record<string, string>> = {
  'smtp.gmail.com': 'https://oauth2.googleapis.com/token',
  'smtp.office365.com': 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
};
/** The permission that a program of its own asks for at Microsoft; others name theirs. */
const MICROSOFT_SCOPE = 'https://outlook.office365.com/.default';

/** Undefined where the relay is logged in to with a password, or not at all. */
export function oauthOf(variables: RelayVariables): OauthConfig | undefined {
  const tokenUrl = tokenUrlOf(variables);
  const clientId = variables.SMTP_OAUTH_CLIENT_ID;
  if (clientId === undefined || tokenUrl === undefined) return undefined;
  const refreshToken = variables.SMTP_OAUTH_REFRESH_TOKEN;
  const isMicrosoft = new URL(tokenUrl).hostname === 'login.microsoftonline.com';
  const scope = variables.SMTP_OAUTH_SCOPE ?? (isMicrosoft && !refreshToken ? MICROSOFT_SCOPE : undefined);
  return { tokenUrl, clientId, clientSecret: variables.SMTP_OAUTH_CLIENT_SECRET, refreshToken, scope };
}

/** Lists the problems that prevent a login with tokens, each with the variable's name. */
export function oauthProblems(variables: RelayVariables): string[] {
  const given = Object.entries(variables).filter(([name, value]) => name.startsWith('SMTP_OAUTH_') && value);
  const [first] = given.map(([name]) => name).toSorted();
  if (first === undefined) return [];
  if (!variables.SMTP_URL) return [`SMTP_URL: expected too, since ${first} is set`];
  const problems: string[] = [];
  if (!variables.SMTP_OAUTH_CLIENT_ID)
    problems.push(`SMTP_OAUTH_CLIENT_ID: expected too, since ${first} is set`);
  if (!tokenUrlOf(variables))
    problems.push('SMTP_OAUTH_TOKEN_URL: expected the address that hands out tokens for this relay');
  if (!variables.SMTP_OAUTH_REFRESH_TOKEN && !variables.SMTP_OAUTH_CLIENT_SECRET)
    problems.push(
      'SMTP_OAUTH_REFRESH_TOKEN: expected, or SMTP_OAUTH_CLIENT_SECRET where the program logs in by itself',
    );
  if (!new URL(variables.SMTP_URL).username)
    problems.push(
      'SMTP_URL: expected the mailbox to log in as, such as smtp://news%40example.org@smtp.office365.com:587',
    );
  return problems;
}

/**
 * Known where a mailbox lends its refresh token; a program of its own belongs to one organisation,
 * whose address is nobody else's.
 */
function tokenUrlOf({ SMTP_URL, ...oauth }: RelayVariables): string | undefined {
  if (oauth.SMTP_OAUTH_TOKEN_URL || !oauth.SMTP_OAUTH_REFRESH_TOKEN) return oauth.SMTP_OAUTH_TOKEN_URL;
  return SMTP_URL && TOKENS_OF[new URL(SMTP_URL).hostname.toLowerCase()];
}
