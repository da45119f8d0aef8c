import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import { LOG_LEVELS } from '../base/log.ts';
import { type EmailAddress, parseAddress } from '../base/text/address.ts';
import { senderSchema } from './config-fields.ts';
import { databaseUrlProblem } from './database-url.ts';
import { readSmtpUrl } from './relay.ts';

const SECRET_MIN_CHARACTERS = 32;
const text = z.string().trim();
/** A whole number, whatever is wrong about it said in the same words. */
const between = (least: number, most: number) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,6}$/, `a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `a whole number from ${least} to ${most}`);

/** Refuses a value with what is expected instead, as `problemOf` says it. */
const refuse =
  (problemOf: (value: string) => string | undefined) => (value: string, context: z.RefinementCtx) => {
    const expected = problemOf(value);
    if (expected !== undefined) context.addIssue(expected);
  };

const PEM_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g;
/**
 * Every variable there is, with what it may hold. `.env.example` and the README name each; a test
 * holds them to it.
 */
export const environmentSchema = z.object({
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'an address such as https://news.example.org' })
    .optional(),
  HOST: text.default('127.0.0.1'),
  PORT: between(0, 65_535).default(3000),
  DATABASE_URL: text.superRefine(refuse(databaseUrlProblem)).optional(),
  SMTP_URL: text.transform(readSmtpUrl).optional(),
  SMTP_OAUTH_TOKEN_URL: text
    .regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])\S+$/i, 'an https address')
    .optional(),
  SMTP_OAUTH_CLIENT_ID: text.optional(),
  SMTP_OAUTH_CLIENT_SECRET: text.optional(),
  SMTP_OAUTH_REFRESH_TOKEN: text.optional(),
  SMTP_OAUTH_SCOPE: text.optional(),
  /**
   * Seconds that the relay may take to answer MAIL, RCPT or DATA; within the limits of RFC 5321
   * §4.5.3.2.
   */
  SMTP_ANSWER_SECONDS: between(1, 300).default(300),
  SMTP_CONNECTIONS: between(1, 100).default(5),
  MAIL_FROM: senderSchema.optional(),
  MAIL_REPLY_TO: senderSchema.optional(),
  BOUNCE_DOMAIN: text.regex(/^[a-z0-9.-]+$/i, 'a domain such as bounce.example.org').optional(),
  INBOUND_ADDRESS: text.transform(readInboundAddress).optional(),
  INBOUND_HOST: text.default('127.0.0.1'),
  INBOUND_PORT: between(0, 65_535).optional(),
  DKIM_DOMAIN: text
    .toLowerCase()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a domain such as example.org')
    .optional(),
  DKIM_SELECTOR: text
    .regex(/^[a-z0-9_.-]+(\s*,\s*[a-z0-9_.-]+)*$/i, 'a name such as s1, or one for each key: s1,s2')
    .transform((names) => names.split(/\s*,\s*/))
    .optional(),
  DKIM_PRIVATE_KEY: text.transform(readPrivateKeys).optional(),
  /** The first signs, all verify. */
  SECRET_KEY: text
    .transform((keys) => keys.split(/[\s,]+/).filter(Boolean))
    .refine(
      (keys) => keys.length > 0 && keys.every((key) => key.length >= SECRET_MIN_CHARACTERS),
      `at least ${SECRET_MIN_CHARACTERS} characters; \`openssl rand -base64 32\` makes one`,
    )
    .optional(),
  STUDIO_PASSWORD: text.min(12, 'at least 12 characters').optional(),
  DATA_DIR: text.default('data'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`).optional(),
  TRUST_PROXY: text.optional(),
});

export type Environment = z.infer<typeof environmentSchema>;

/**
 * Variables that may also be given as `NAME_FILE`, the path of a file that holds the value, as
 * container secrets are.
 */
export const SECRET_NAMES = [
  'DATABASE_URL',
  'SMTP_URL',
  'SMTP_OAUTH_CLIENT_SECRET',
  'SMTP_OAUTH_REFRESH_TOKEN',
  'SECRET_KEY',
  'STUDIO_PASSWORD',
] as const;
/** A file as a rule, and the variable where there is no place for one. */
const KEY_NAMES = ['DKIM_PRIVATE_KEY'] as const;

/**
 * Reads the environment; an empty value counts as not set.
 * @throws AppError CONFIG_INVALID naming each variable that is wrong and what was expected.
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value?.trim()));
  for (const name of [...SECRET_NAMES, ...KEY_NAMES])
    given[name] ??= readSecretFile(name, given[`${name}_FILE`]);
  const parsed = environmentSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: expected ${issue.message}`);
  throw new AppError('CONFIG_INVALID', [...new Set(problems)].join('\n'), {
    hint: '.env.example explains each variable.',
  });
}

function readSecretFile(name: string, file: string | undefined): string | undefined {
  if (!file) return undefined;
  let secret: string;
  try {
    secret = readFileSync(file.trim(), 'utf8').trim();
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `${name}_FILE: ${file} cannot be read`, { cause });
  }
  // A secret that did not arrive must not pass for one that was not set.
  if (secret) return secret;
  throw new AppError('CONFIG_INVALID', `${name}_FILE: ${file} is empty`);
}

/**
 * Reads the inbound address. The text before the @ shares the 64 characters of a local part with
 * "+" and a token of 45.
 */
function readInboundAddress(typed: string, context: z.RefinementCtx): EmailAddress {
  const parsed = parseAddress(typed);
  if (parsed.ok && /^[a-z0-9._-]{1,18}@/i.test(parsed.address)) return parsed.address;
  context.addIssue(
    'an address such as unsubscribe@in.example.org: up to 18 letters, digits, dots and hyphens before the @',
  );
  return z.NEVER;
}

/**
 * PEM, several one after the other. Where a variable holds a single line, "\n" stands for the line
 * breaks.
 */
function readPrivateKeys(pem: string, context: z.RefinementCtx): KeyObject[] {
  const blocks = pem.replaceAll('\\n', '\n').match(PEM_KEY) ?? [];
  try {
    if (blocks.length > 0) return blocks.map((block) => createPrivateKey(block));
  } catch {
    // What OpenSSL says of a broken key helps nobody, and must not show any of it.
  }
  context.addIssue('a private key in PEM, without a passphrase; `openssl genrsa 2048` makes one');
  return z.NEVER;
}
