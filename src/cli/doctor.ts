import { existsSync } from 'node:fs';
import type { App } from '../app.ts';
import { messageOf } from '../base/errors.ts';
import { folderPath, type InboundConfig, isRehearsal, senderOf } from '../config/config.ts';
import { nextOpen } from '../publishing/drafts.ts';
import { leavingAt } from '../publishing/review.ts';
import { nextSlot } from '../publishing/schedule.ts';
import { isPostgres, sqliteFile } from '../storage/database.ts';
import type { Found } from '../storage/examine.ts';
import { FULL_MAILBOXES } from '../subscribers/ceiling-scopes.ts';
import { type TurnedAway, turnedAway } from '../subscribers/ceilings.ts';
import type { SigningKey } from '../transport/dkim-key.ts';
import { lookUp, recordOf } from '../transport/dkim-record.ts';
import { filesOpenToOthers } from './doctor-files.ts';
import type { Finding } from './doctor-finding.ts';
import { leftOutFiles } from './doctor-sources.ts';
import { studioState } from './doctor-studio.ts';
import { templates } from './doctor-templates.ts';
import { whatWaits } from './letting-go.ts';
import { counted, EXIT, say, sayJson } from './output.ts';
import { restoreLines } from './restored.ts';

const SIGNS = { fine: '✓', note: '·', wrong: '✗' } as const;

/** `broadsheet doctor`: looks at everything that sending rests on. 0 when nothing is wrong, 3 when something is. */
export async function doctor(app: App, found: Found, options: { json?: boolean }): Promise<number> {
  const findings = [
    ...configuration(app),
    await database(app, found),
    ...filesOpenToOthers(app.config),
    await checked('relay', () => relay(app)),
    ...(await signing(app)),
    ...(await templates(app)),
    ...(await schedules(app)),
    ...(isKnown(found) ? await inDatabase(app) : []),
  ];
  if (options.json) sayJson(findings);
  else for (const { part, verdict, says } of findings) say(`${SIGNS[verdict]} ${part.padEnd(14)} ${says}`);
  return findings.some((finding) => finding.verdict === 'wrong') ? 3 : EXIT.done;
}

/** A database of this release says what it holds; of one that is not there yet we know that it holds nothing. */
function isKnown({ state }: Found): boolean {
  return state === 'ready' || state === 'absent';
}

/** Looks at what only the database can tell. */
async function inDatabase(app: App): Promise<Finding[]> {
  return [
    { part: 'studio', ...(await studioState(app)) },
    ...(await signUps(app)),
    ...(await leftOutFiles(app)),
    ...(await restore(app)),
    ...(await whatWaits(app)).map((one): Finding => ({ ...one, verdict: 'note' })),
  ];
}

/** Names everything that a restore holds, in one finding. */
async function restore(app: App): Promise<Finding[]> {
  const lines = (await restoreLines(app)).map((line) => line.trim()).filter(Boolean);
  return lines.length === 0 ? [] : [{ part: 'restored', verdict: 'wrong', says: lines.join('\n  ') }];
}

async function checked(part: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { part, verdict: 'fine', says: await look() };
  } catch (error) {
    return { part, verdict: 'wrong', says: messageOf(error) };
  }
}

function configuration({ config }: App): Finding[] {
  const findings: Finding[] = [
    {
      part: 'configuration',
      verdict: 'fine',
      says: `${counted(config.newsletters.length, 'newsletter', 'newsletters')}, ${counted(config.sources.length, 'source', 'sources')}`,
    },
  ];
  const note = (part: string, says: string) => findings.push({ part, verdict: 'note', says });
  if (isRehearsal(config)) note('rehearsal', 'SMTP_URL is not set: mail is caught on this machine');
  if (!config.publicUrl.startsWith('https://'))
    note('links', `${config.publicUrl} is not https: real readers cannot unsubscribe with one click`);
  if (config.inbound)
    note('unsubscribing', `also by mail to ${config.inbound.address}, ${wayIn(config.inbound)}`);
  const unused = config.sources.filter(
    (source) => !config.newsletters.some((newsletter) => newsletter.sources.includes(source.id)),
  );
  for (const source of config.sources)
    if ('folder' in source && !existsSync(folderPath(config, source.folder)))
      findings.push({
        part: 'sources',
        verdict: 'wrong',
        says: `${source.id}: there is no folder ${folderPath(config, source.folder)}`,
      });
  for (const source of unused) note('sources', `${source.id} belongs to no newsletter`);
  return findings;
}

function wayIn({ host, port }: InboundConfig): string {
  return port === undefined
    ? 'which something has to hand to `broadsheet receive` (INBOUND_PORT is not set)'
    : `which \`start\` takes on ${host}, port ${port}: your mail server has to route it there`;
}

async function database({ config, db }: App, found: Found): Promise<Finding> {
  const finding = (verdict: Finding['verdict'], says: string): Finding => ({
    part: 'database',
    verdict,
    says,
  });
  switch (found.state) {
    case 'ready': {
      const people = await db
        .selectFrom('subscribers')
        .select(db.fn.countAll<number>().as('n'))
        .executeTakeFirst();
      return finding(
        'fine',
        `${isPostgres(db) ? 'PostgreSQL' : 'SQLite'}, up to date, ${people?.n} subscribers`,
      );
    }
    case 'absent':
      return finding(
        'note',
        `not there yet: the first start makes it (${sqliteFile(config.databaseUrl) ?? 'PostgreSQL'})`,
      );
    case 'behind':
      return finding(
        'note',
        `${counted(found.steps.length, 'step', 'steps')} behind this release: the next start takes them, or \`broadsheet migrate\``,
      );
    case 'ahead':
      return finding('wrong', `written by a newer release (${found.steps.join(', ')}): use that one`);
    case 'unavailable':
      return finding('wrong', [found.error.message, found.error.hint].filter(Boolean).join('. '));
  }
}

async function relay(app: App): Promise<string> {
  const opened = await (await app.relay())();
  if (!opened.ok)
    throw new Error(
      `${opened.reason}. Are host, port, user and password in SMTP_URL right, and is the relay up?`,
    );
  opened.connection.close();
  const world = opened.connection.takesUtf8 ? '; takes addresses with letters beyond ASCII (SMTPUTF8)' : '';
  return `answers, and lets us in${world}`;
}

async function signing({ config, composer }: App): Promise<Finding[]> {
  const finding = (verdict: Finding['verdict'], says: string): Finding => ({ part: 'dkim', verdict, says });
  if (composer.dkim)
    return [
      ...composer.dkim.weaknesses.map((says) => finding('note', says)),
      ...(await Promise.all(composer.dkim.keys.map(async (key) => finding(...(await publication(key)))))),
    ];
  if (isRehearsal(config)) return [];
  return [finding('note', 'mail is not signed here (DKIM_DOMAIN is not set): see that the relay signs it')];
}

async function publication(key: SigningKey): Promise<[Finding['verdict'], string]> {
  const record = recordOf(key);
  const wanted = `${record.name} TXT "${record.value}"`;
  const publication = await lookUp(record);
  switch (publication.state) {
    case 'published':
      return [
        'fine',
        `signs for ${key.domain} (${key.algorithm}); the record of ${key.selector} is published`,
      ];
    case 'missing':
      return ['wrong', `nobody can verify what is signed: publish in DNS\n  ${wanted}`];
    case 'different':
      return ['wrong', `DNS has another record: publish\n  ${wanted}\n  instead of "${publication.found}"`];
    case 'unknown':
      return ['note', `DNS does not say (${publication.reason}) whether this is published:\n  ${wanted}`];
  }
}

/** Who was turned away is no fault of this machine, but somebody should know. */
async function signUps({ config, db, clock }: App): Promise<Finding[]> {
  const turned = await turnedAway(db, config.signUp, clock.now());
  return turned.map((one) => ({ part: 'sign-ups', verdict: 'note', says: turnedInWords(one) }));
}

function turnedInWords({ scope, count, dropped }: TurnedAway): string {
  if (scope === FULL_MAILBOXES)
    return `${counted(count, 'sign-up', 'sign-ups')} in the last day brought no mail, since the mailbox had had enough (per_mailbox under sign_up in newsletters.yaml)`;
  const were = counted(count, 'sign-up was', 'sign-ups were');
  const what = dropped ? 'dropped' : 'asked for work or a wait';
  return `${were} ${what} in the last day, over the ceiling ${scope} (sign_up in newsletters.yaml)`;
}

async function schedules(app: App): Promise<Finding[]> {
  return Promise.all(
    app.config.newsletters.map(async (newsletter) => {
      const { id: part, schedule } = newsletter;
      if (nextSlot(newsletter, app.clock.now()) === undefined)
        return { part, verdict: 'wrong', says: `"${schedule}" never comes` };
      const sender = senderOf(app.config, newsletter);
      const next = await nextOpen(app.publishing, newsletter);
      const leavesAt = next && (next.standing ? leavingAt(next.standing) : next.slot);
      const when = leavesAt === undefined ? 'in no slot soon' : new Date(leavesAt).toISOString();
      return {
        part,
        verdict: 'fine',
        says: `next edition ${when}, from ${sender.name} <${sender.address}>`,
      };
    }),
  );
}
