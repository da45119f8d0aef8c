import { parseArgs } from 'node:util';
import { messageOf } from '../src/base/errors.ts';
import { axeCore } from './axe.ts';
import { dkimpy } from './dkimpy.ts';
import { judgeFeeds } from './feeds/feeds.ts';
import { htmlValidate } from './html.ts';
import { mailauth } from './mailauth.ts';
import { oneClick } from './one-click.ts';
import { opendkim } from './opendkim.ts';
import { pythonEmail } from './python-email.ts';
import { json, type Outcome, table } from './report.ts';
import { type Sent, withSentMail } from './sent.ts';
import { spamassassin } from './spamassassin.ts';
import type { Judge, SentMessage } from './verdict.ts';

/** `npm run judge`: mail that was really sent, before judges who are not of this house. See docs/JUDGES.md. */

/** RFC 8058 comes last: it unsubscribes people. */
const JUDGES: Readonly<Record<string, (sent: Sent) => Judge>> = {
  spamassassin: () => spamassassin,
  python: () => pythonEmail,
  mailauth: ({ record }) => mailauth(record),
  dkimpy: ({ record }) => dkimpy(record),
  opendkim: ({ record }) => opendkim(record),
  html: () => htmlValidate,
  axe: ({ site, app }) => axeCore(site, app.config.publicUrl),
  'one-click': oneClick,
};

const HELP = `npm run judge -- [options]           mail that was really sent
npm run judge -- feeds [options]     feeds as we and Python's feedparser read them

  --only NAMES   some judges, with commas between: ${Object.keys(JUDGES).join(', ')}
  --folder DIR   of feeds: those in a folder instead of our own corpus
  --list         of feeds: every difference on a line of its own
  --json         a list of {judge, score, limit, pass}

Ends with 0 when all pass, 1 when one does not, 2 when one could not be asked.`;

async function main(args: readonly string[]): Promise<number> {
  const options = {
    only: { type: 'string', default: '' },
    json: { type: 'boolean' },
    folder: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [subject = 'mail'] = positionals;
  if (!['mail', 'feeds'].includes(subject))
    throw new Error(`there is nothing to judge by the name of ${subject}: mail or feeds`);
  const { folder, list } = values;
  const outcomes = subject === 'feeds' ? await judgeFeeds({ folder, list }) : await judgeMail(values.only);
  console.log(values.json ? json(outcomes) : table(outcomes, list ? Number.POSITIVE_INFINITY : undefined));
  if (outcomes.some((outcome) => 'verdict' in outcome && !outcome.verdict.pass)) return 1;
  return outcomes.every((outcome) => 'verdict' in outcome) ? 0 : 2;
}

function judgeMail(only: string): Promise<Outcome[]> {
  const wanted = named(only);
  return withSentMail((sent) => {
    const judges = wanted.map((one) => one(sent));
    return askAll(judges, sent.messages);
  });
}

function named(only: string): ((sent: Sent) => Judge)[] {
  const names = only.split(',').filter(Boolean);
  if (names.some((name) => !(name in JUDGES)))
    throw new Error(`--only takes some of ${Object.keys(JUDGES).join(', ')}`);
  return Object.entries(JUDGES)
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map(([, judge]) => judge);
}

async function askAll(judges: readonly Judge[], messages: readonly SentMessage[]): Promise<Outcome[]> {
  console.error(`${messages.length} messages sent: ${messages.map(({ name }) => name).join(', ')}`);
  const outcomes: Outcome[] = [];
  for (const judge of judges) {
    console.error(`asking: ${judge.name} …`);
    outcomes.push(await ask(judge, messages));
  }
  return outcomes;
}

/** A judge that breaks down has not passed anything. */
async function ask({ name, needs, judge }: Judge, messages: readonly SentMessage[]): Promise<Outcome> {
  if (needs && !(await needs.isThere())) return { judge: name, notRun: `apt install ${needs.package}` };
  try {
    return { judge: name, verdict: await judge(messages) };
  } catch (error) {
    return { judge: name, notRun: messageOf(error) };
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
