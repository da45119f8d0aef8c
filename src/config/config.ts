import { type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AppError, messageOf } from '../base/errors.ts';
import { domainOf, type EmailAddress } from '../base/text/address.ts';
import { type Sender, senderSchema } from './config-fields.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { type NewsletterConfig, type NewslettersFile, readNewsletters } from './newsletters.ts';
import { type OauthConfig, oauthOf, oauthProblems } from './relay.ts';

/** Domain and key that sign mail. */
export interface DkimConfig {
  readonly domain: string;
  readonly keys: readonly { readonly selector: string; readonly privateKey: KeyObject }[];
}

/** Mailbox that takes unsubscribe requests and bounces by mail. */
export interface InboundConfig {
  /** Without the tag that says who. */
  readonly address: EmailAddress;
  readonly host: string;
  /** Undefined where `broadsheet receive` is handed the mail. */
  readonly port: number | undefined;
}

/** Everything the operator decided, read once at the start and never changed. */
export interface Config extends NewslettersFile {
  /** Without a trailing slash. */
  readonly publicUrl: string;
  readonly host: string;
  readonly port: number;
  readonly databaseUrl: string;
  /** Database, pictures and caught mail; in rehearsal a folder of its own within `DATA_DIR`. */
  readonly dataDir: string;
  /** The relay; undefined in rehearsal, when the built-in mail catcher takes its place. */
  readonly smtpUrl: string | undefined;
  /** Undefined where the relay is logged in to with the password in `smtpUrl`, or not at all. */
  readonly smtpOauth?: OauthConfig | undefined;
  /** Seconds that the relay may take to answer MAIL, RCPT or DATA. */
  readonly smtpAnswerSeconds?: number;
  readonly smtpConnections: number;
  readonly mailFrom: Sender;
  readonly replyTo: Sender | undefined;
  readonly bounceDomain: string | undefined;
  /** Undefined when mails offer the unsubscribe link alone. */
  readonly inbound?: InboundConfig | undefined;
  /** Undefined when signing is left to the relay. */
  readonly dkim?: DkimConfig | undefined;
  /** The first signs, all verify. */
  readonly secrets: readonly string[];
  readonly studioPassword: string | undefined;
  readonly trustProxy: string | undefined;
  readonly logLevel: NonNullable<Environment['LOG_LEVEL']>;
  /** Relative folders of sources are looked up from here: where `newsletters.yaml` lies. */
  readonly baseDir: string;
}

/** Nameless, so that every newsletter goes by its own title. */
const REHEARSAL_SENDER = 'newsletter@broadsheet.example';
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|::1)$/;

/**
 * True when nothing leaves this machine: no relay is configured and the catcher takes every mail.
 */
export function isRehearsal(config: Config): boolean {
  return config.smtpUrl === undefined;
}

/** The newsletter's own sender, else MAIL_FROM. */
export function senderOf(config: Config, newsletter: NewsletterConfig): Sender {
  const sender = newsletter.from ?? config.mailFrom;
  return { name: sender.name || newsletter.title, address: sender.address };
}

/**
 * Reads the environment and `newsletters.yaml`. On a new machine without SECRET_KEY it makes and
 * keeps one; with `keepSecret` false it writes nothing, and the key is good for this process alone.
 * @throws AppError CONFIG_INVALID with every problem of the environment or of `newsletters.yaml`.
 */
export function loadConfig(
  variables: NodeJS.ProcessEnv,
  newslettersFile = 'newsletters.yaml',
  { keepSecret = true }: { readonly keepSecret?: boolean } = {},
): Config {
  const environment = readEnvironment(variables);
  const file = resolve(newslettersFile);
  const home = resolve(environment.DATA_DIR);
  // A rehearsal keeps to itself: its readers, articles and editions must not be there on the day mail becomes real.
  const dataDir = environment.SMTP_URL ? home : join(home, 'rehearsal');
  const config: Config = Object.assign(readNewsletters(newslettersFile), {
    publicUrl: (environment.PUBLIC_URL ?? `http://localhost:${environment.PORT}`).replace(/\/+$/, ''),
    host: environment.HOST,
    port: environment.PORT,
    dataDir,
    databaseUrl: environment.DATABASE_URL ?? `sqlite:${join(dataDir, 'broadsheet.db')}`,
    smtpUrl: environment.SMTP_URL,
    smtpOauth: oauthOf(environment),
    smtpAnswerSeconds: environment.SMTP_ANSWER_SECONDS,
    smtpConnections: environment.SMTP_CONNECTIONS,
    mailFrom: environment.MAIL_FROM ?? senderSchema.parse(REHEARSAL_SENDER),
    replyTo: environment.MAIL_REPLY_TO,
    bounceDomain: environment.BOUNCE_DOMAIN?.toLowerCase(),
    inbound: inboundOf(environment),
    dkim: dkimOf(environment),
    secrets: environment.SECRET_KEY ?? [keptSecret(home, keepSecret)],
    studioPassword: environment.STUDIO_PASSWORD,
    trustProxy: environment.TRUST_PROXY,
    // In rehearsal the command itself says what happens.
    logLevel: environment.LOG_LEVEL ?? (environment.SMTP_URL ? 'info' : 'warn'),
    baseDir: dirname(file),
  });
  refuseHalfARealSetUp(environment, config);
  return Object.freeze(config);
}

/** A source's folder as an absolute path. */
export function folderPath(config: Pick<Config, 'baseDir'>, folder: string): string {
  return isAbsolute(folder) ? folder : join(config.baseDir, folder);
}

/** With a real relay, readers get links and senders they can rely on, or nothing is started. */
function refuseHalfARealSetUp(environment: Environment, config: Config): void {
  const problems: string[] = [];
  const relayIsLocal = !config.smtpUrl || LOOPBACK.test(new URL(config.smtpUrl).hostname);
  if (
    environment.SMTP_URL &&
    !environment.MAIL_FROM &&
    config.newsletters.some((newsletter) => !newsletter.from)
  )
    problems.push('MAIL_FROM: expected the sender of your mail, such as "The Daily <daily@example.org>"');
  if (!relayIsLocal && !config.publicUrl.startsWith('https://'))
    problems.push('PUBLIC_URL: expected an https address, since one-click unsubscribe (RFC 8058) needs one');
  if (environment.DATABASE_URL && !environment.SECRET_KEY)
    problems.push('SECRET_KEY: expected the key that all machines on this database share');
  if (environment.INBOUND_PORT !== undefined && !environment.INBOUND_ADDRESS)
    problems.push('INBOUND_ADDRESS: expected too, since INBOUND_PORT is set');
  problems.push(...oauthProblems(environment));
  problems.push(...dkimProblems(environment, config));
  if (problems.length > 0)
    throw new AppError('CONFIG_INVALID', problems.join('\n'), {
      hint: '.env.example explains each variable.',
    });
}

function inboundOf(environment: Environment): InboundConfig | undefined {
  const { INBOUND_ADDRESS: address, INBOUND_HOST: host, INBOUND_PORT: port } = environment;
  return address && { address, host, port };
}

function dkimOf({
  DKIM_DOMAIN: domain,
  DKIM_SELECTOR: selectors,
  DKIM_PRIVATE_KEY: privateKeys,
}: Environment): DkimConfig | undefined {
  if (!domain || !selectors || !privateKeys) return undefined;
  return {
    domain,
    keys: privateKeys.map((privateKey, at) => ({ selector: selectors[at] ?? '', privateKey })),
  };
}

/**
 * Mail that goes out unsigned, or signed so that DMARC does not count it, must not come as a
 * surprise.
 */
function dkimProblems(environment: Environment, config: Config): string[] {
  const names = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_PRIVATE_KEY'] as const;
  const given = names.filter((name) => environment[name]);
  if (given.length === 0) return [];
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) return missing.map((name) => `${name}: expected too, since ${given[0]} is set`);
  const { DKIM_DOMAIN: domain = '', DKIM_SELECTOR: selectors, DKIM_PRIVATE_KEY: keys } = environment;
  const wrongCount = selectors?.length !== keys?.length;
  return [
    ...(wrongCount ? [`DKIM_SELECTOR: expected a name for each of the ${keys?.length} keys`] : []),
    ...config.newsletters
      .filter((newsletter) => !areAligned(domainOf(senderOf(config, newsletter).address), domain))
      .map((newsletter) => {
        const { address } = senderOf(config, newsletter);
        return `DKIM_DOMAIN: expected the domain of every sender, or one above it; "${newsletter.id}" is from ${address}`;
      }),
  ];
}

/**
 * Reports whether two domains align under DMARC's relaxed rule, as far as can be known without
 * asking DNS for the organisation's domain.
 */
function areAligned(from: string, signing: string): boolean {
  return from === signing || from.endsWith(`.${signing}`) || signing.endsWith(`.${from}`);
}

/**
 * One machine needs no ceremony: the key that signs links is made once and kept, readable by its
 * owner alone.
 */
function keptSecret(dataDir: string, keep: boolean): string {
  const file = join(dataDir, 'secret.key');
  try {
    if (!existsSync(file)) {
      if (!keep) return newSecret();
      keepNewSecret(dataDir, file);
    }
    const secret = readFileSync(file, 'utf8').trim();
    if (secret) return secret;
  } catch (cause) {
    throw new AppError('CONFIG_INVALID', `DATA_DIR: ${file} cannot be kept: ${messageOf(cause)}`, {
      hint: 'Broadsheet keeps its database and its key there. Make the folder writable, or set DATA_DIR to another.',
      cause,
    });
  }
  throw new AppError('CONFIG_INVALID', `DATA_DIR: ${file} is empty, so that anybody could forge a link`, {
    hint: 'Put the key back from your backup. Without one delete the file: links in mails already sent stop working.',
  });
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function keepNewSecret(dataDir: string, file: string): void {
  mkdirSync(dataDir, { recursive: true });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${newSecret()}\n`, { mode: 0o600, flag: 'wx' });
  // A link appears whole or not at all: of two processes that start together, both read the key of the first.
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}
