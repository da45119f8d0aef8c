import type { App } from '../../app.ts';
import { type AppError, messageOf } from '../../base/errors.ts';
import { VERSION } from '../../base/version.ts';
import { nextSlot } from '../../composing/schedule.ts';
import { isRehearsal, senderOf } from '../../config/config.ts';
import { nextOpen } from '../../publishing/drafts.ts';
import { leavingAt } from '../../publishing/review.ts';
import { isPostgres, sqliteFile } from '../../storage/database.ts';
import type { Found } from '../../storage/examine.ts';
import { countSubscribers } from '../../subscribers/reader-counts.ts';
import { FULL_MAILBOXES } from '../../subscribers/sign-up/ceiling-scopes.ts';
import { turnedAway } from '../../subscribers/sign-up/ceilings.ts';
import type { SigningKey } from '../../transport/dkim/dkim-key.ts';
import { lookUp, recordOf } from '../../transport/dkim/dkim-record.ts';
import { EXIT, explain, say, sayJson } from '../output.ts';
import { restoreLines } from '../restored-command.ts';
import { whatWaits } from './doctor-desk.ts';
import { filesOpenToOthers } from './doctor-files.ts';
import { type Finding, finding } from './doctor-finding.ts';
import { leftOutFiles, sourcesInConfiguration } from './doctor-sources.ts';
import { studioState } from './doctor-studio.ts';
import { templates } from './doctor-templates.ts';

const SIGNS = { fine: '✓', note: '·', wrong: '✗' } as const;

/**
 * `broadsheet doctor`: looks at everything that sending rests on. 0 when nothing is wrong, 3 when
 * something is.
 */
export async function doctor(app: App, found: Found, options: { json?: boolean }): Promise<number> {
  const findings = [
    version(),
    ...configuration(app),
    await database(app, found),
    ...filesOpenToOthers(app.config),
    await relay(app),
    ...(await signing(app)),
    ...(await templates(app)),
    ...(await schedules(app)),
    ...(isKnown(found) ? await inDatabase(app) : []),
  ];
  if (options.json) sayJson(findings);
  else for (const { part, verdict, says } of findings) say(`${SIGNS[verdict]} ${part.padEnd(14)} ${says}`);
  return findings.some(({ verdict }) => verdict === 'wrong') ? 3 : EXIT.done;
}

/**
 * Says that the settings cannot be read, so that nothing else could be looked at: 2, as every
 * command does.
 */
export function doctorWithoutSettings(error: AppError, options: { json?: boolean }): number {
  if (!options.json) return explain(error);
  const { code, message, hint = null, exitCode } = error;
  sayJson([version(), finding('configuration', 'configuration-invalid', { error: code, message, hint })]);
  return exitCode;
}

function version(): Finding {
  const system = `${process.platform} ${process.arch}`;
  return finding('broadsheet', 'version', { version: VERSION, node: process.versions.node, system });
}

/**
 * Returns true for a database of this release, which says what it holds, and for one that is not
 * there yet and holds nothing.
 */
function isKnown({ state }: Found): boolean {
  return state === 'ready' || state === 'absent';
}

/** Looks at what only the database can tell. */
async function inDatabase(app: App): Promise<Finding[]> {
  return [
    await studioState(app),
    ...(await signUps(app)),
    ...(await leftOutFiles(app)),
    ...(await restore(app)),
    ...(await whatWaits(app)),
  ];
}

/** Names everything that a restore holds, in one finding. */
async function restore(app: App): Promise<Finding[]> {
  const lines = (await restoreLines(app)).map((line) => line.trim()).filter(Boolean);
  return lines.length === 0 ? [] : [finding('restored', 'database-restored', { lines })];
}

function configuration({ config }: App): Finding[] {
  const { inbound, newsletters, publicUrl, sources } = config;
  const counts = { newsletters: newsletters.length, sources: sources.length };
  return [
    finding('configuration', 'configuration-read', counts),
    ...(isRehearsal(config) ? [finding('rehearsal', 'rehearsal', {})] : []),
    ...(publicUrl.startsWith('https://') ? [] : [finding('links', 'links-not-https', { publicUrl })]),
    ...(inbound
      ? [finding('unsubscribing', 'unsubscribing-by-mail', { ...inbound, port: inbound.port ?? null })]
      : []),
    ...sourcesInConfiguration(config),
  ];
}

async function database({ config, db }: App, found: Found): Promise<Finding> {
  switch (found.state) {
    case 'ready': {
      const kind = isPostgres(db) ? 'PostgreSQL' : 'SQLite';
      return finding('database', 'database-ready', {
        database: kind,
        subscribers: await countSubscribers(db),
      });
    }
    case 'absent':
      return finding('database', 'database-absent', {
        where: sqliteFile(config.databaseUrl) ?? 'PostgreSQL',
      });
    case 'behind':
      return finding('database', 'database-behind', { steps: found.steps });
    case 'ahead':
      return finding('database', 'database-ahead', { steps: found.steps });
    case 'unavailable': {
      const { message, hint = null } = found.error;
      return finding('database', 'database-unavailable', { message, hint });
    }
  }
}

/** Opens a connection to the relay, and closes it again. */
async function relay(app: App): Promise<Finding> {
  try {
    const opened = await (await app.relay())();
    if (!opened.ok) {
      const look = 'Are host, port, user and password in SMTP_URL right, and is the relay up?';
      return finding('relay', 'relay-unavailable', { reason: `${opened.reason}. ${look}` });
    }
    const smtputf8 = opened.connection.takesUtf8;
    opened.connection.close();
    return finding('relay', 'relay-answers', { smtputf8 });
  } catch (error) {
    return finding('relay', 'relay-unavailable', { reason: messageOf(error) });
  }
}

async function signing({ config, composer: { dkim } }: App): Promise<Finding[]> {
  if (dkim)
    return [
      ...dkim.weaknesses.map((weakness) => finding('dkim', 'dkim-key-weak', { weakness })),
      ...(await Promise.all(dkim.keys.map(publication))),
    ];
  return isRehearsal(config) ? [] : [finding('dkim', 'dkim-off', {})];
}

async function publication(key: SigningKey): Promise<Finding> {
  const record = recordOf(key);
  const { domain, selector, algorithm } = key;
  const published = await lookUp(record);
  switch (published.state) {
    case 'published':
      return finding('dkim', 'dkim-record-published', { domain, selector, algorithm });
    case 'missing':
      return finding('dkim', 'dkim-record-missing', record);
    case 'different':
      return finding('dkim', 'dkim-record-different', { ...record, found: published.found });
    case 'unknown':
      return finding('dkim', 'dkim-record-unknown', { ...record, reason: published.reason });
  }
}

/** Counts who was turned away: no fault of this machine, but somebody should know. */
async function signUps({ config, db, clock }: App): Promise<Finding[]> {
  const turned = await turnedAway(db, config.signUp, clock.now());
  return turned.map(({ scope, count, dropped }) => {
    if (scope === FULL_MAILBOXES) return finding('sign-ups', 'mailboxes-full', { count });
    const code = dropped ? 'sign-ups-dropped' : 'sign-ups-asked';
    return finding('sign-ups', code, { ceiling: scope, count });
  });
}

async function schedules(app: App): Promise<Finding[]> {
  return Promise.all(
    app.config.newsletters.map(async (newsletter) => {
      const { id, schedule } = newsletter;
      if (nextSlot(newsletter, app.clock.now()) === undefined)
        return finding(id, 'schedule-never-comes', { schedule });
      const { name, address } = senderOf(app.config, newsletter);
      const next = await nextOpen(app.publishing, newsletter);
      const at = next && (next.standing ? leavingAt(next.standing) : next.slot);
      const leavesAt = at === undefined ? null : new Date(at).toISOString();
      return finding(id, 'next-edition', { leavesAt, name, address });
    }),
  );
}
