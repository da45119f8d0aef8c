#!/usr/bin/env -S node --max-semi-space-size=8
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { VERSION } from './base/version.ts';
import { type OnGround, openers, type WithApp } from './cli/openers.ts';
import { editorCommands } from './cli/readers/studio-accounts.ts';
import { subscriberCommands } from './cli/readers/subscriber-commands.ts';
import { orLater, SYSEXIT } from './cli/sysexit.ts';
import type { Opening } from './cli/with-app.ts';

/** Runs one command line; returns the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = commandLine((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 1 ? 2 : error.exitCode;
    if (isClosedPipe(error)) return exitCode;
    return (await import('./cli/output.ts')).explain(error);
  }
}

function commandLine(done: (exitCode: number) => void): Command {
  const program = new Command('broadsheet')
    .description(
      'Newsletter digests from your articles: collected, composed, looked at, sent, and accounted for.',
    )
    .option('--newsletters <file>', 'the file that names newsletters and sources', 'newsletters.yaml')
    .version(VERSION)
    .showHelpAfterError('(add --help to see what there is)')
    .exitOverride();
  const opening: Opening = {
    variables: process.env,
    newslettersFile: () => program.opts<{ newsletters: string }>().newsletters,
    done,
  };
  const { withApp, onGround } = openers(opening);
  runningCommands(program, opening);
  receivingCommand(program, withApp, done);
  articleCommands(program, onGround);
  storyCommands(program, onGround);
  editionCommands(program, withApp, onGround);
  subscriberCommands(program, onGround);
  editorCommands(program, onGround);
  return program;
}

function runningCommands(program: Command, opening: Opening): void {
  const { onGround } = openers(opening);
  program
    .command('start')
    .description('site, studio, schedule and delivery in one process')
    .action(async () => {
      const [{ forStart }, { start }] = await Promise.all([
        import('./cli/with-app.ts'),
        import('./cli/start.ts'),
      ]);
      await forStart(opening, start);
    });
  program
    .command('status')
    .description('the ledger of recent editions')
    .option('--json', 'for programs')
    .action(onGround(async () => (await import('./cli/editions/status-commands.ts')).status));
  program
    .command('doctor')
    .description('what is wrong and how to mend it')
    .option('--json', 'for programs')
    .action(async (options) => {
      const [{ forDiagnosis }, { doctor, doctorWithoutSettings }] = await Promise.all([
        import('./cli/with-app.ts'),
        import('./cli/doctor/doctor.ts'),
      ]);
      await forDiagnosis(opening, doctor, doctorWithoutSettings, options);
    });
  program
    .command('migrate')
    .description('bring the database up to date')
    .action(onGround(async () => (await import('./cli/migrate-command.ts')).migrated));
}

/** For programs that hand over mail: they understand other exit codes than people's scripts. */
function receivingCommand(program: Command, withApp: WithApp, done: (exitCode: number) => void): void {
  program
    .command('receive')
    .description('take one mail from stdin, by which a reader unsubscribes')
    .option('--to <addresses...>', 'whom it was for, as the envelope says; else what its headers say')
    .option('--from <address>', 'whom it was from, as the envelope says')
    .exitOverride((error) => {
      throw new CommanderError(error.exitCode && SYSEXIT.usage, error.code, error.message);
    })
    .action(
      orLater(
        withApp(async () => (await import('./cli/receive.ts')).receive),
        done,
      ),
    );
}

function editionCommands(program: Command, withApp: WithApp, onGround: OnGround): void {
  program
    .command('collect')
    .description('ask every source once')
    .option('--json', 'for programs')
    .action(withApp(async () => (await import('./cli/editions/edition-commands.ts')).collect));
  program
    .command('compose [newsletter]')
    .description('what the edition that is due would be, or the next one so far')
    .option('--as-of <moment>', 'as if it were that moment, such as 2020-11-11T07:00Z')
    .option('--explain', 'why each article is in or out')
    .option('--json', 'for programs')
    .action(withApp(async () => (await import('./cli/editions/edition-commands.ts')).compose));
  program
    .command('preview [edition]')
    .description('write an edition as html, text and .eml')
    .requiredOption('--out <folder>', 'where to')
    .option('--as <email>', 'as that subscriber gets it')
    .option('--as-of <moment>', 'as if it were that moment, such as 2020-11-11T07:00Z')
    .action(withApp(async () => (await import('./cli/editions/preview-command.ts')).preview));
  program
    .command('check [edition]')
    .description('ready to send, or what is in the way')
    .option('--as-of <moment>', 'as if it were that moment, such as 2020-11-11T07:00Z')
    .option('--links', 'also ask every story’s page whether it is still there')
    .option('--json', 'for programs')
    .action(withApp(async () => (await import('./cli/editions/check.ts')).check));
  program
    .command('send [edition]')
    .description('collect, compose, deliver, wait, and print the ledger')
    .option('--as-of <moment>', 'as if it were that moment, such as 2020-11-11T07:00Z')
    .option('--dry-run', 'stop before anything is sent')
    .option('--explain', 'why each article is in or out')
    .option('--wait <time>', 'how long to wait for deliveries the relay puts off', '30m')
    .option('--json', 'for programs')
    .action(withApp(async () => (await import('./cli/editions/send.ts')).send));
  draftCommands(program, withApp);
  program
    .command('pause <edition>')
    .description('hold an edition that is being sent')
    .action(onGround(async () => (await import('./cli/editions/status-commands.ts')).pause));
  program
    .command('resume <edition>')
    .description('go on with a paused edition where it stopped, or with a paused newsletter')
    .action(onGround(async () => (await import('./cli/editions/status-commands.ts')).resume));
  program
    .command('cancel <edition>')
    .description('end an edition: what has not left will not')
    .action(onGround(async () => (await import('./cli/editions/status-commands.ts')).cancel));
  program
    .command('restored')
    .description('hold every edition, after a backup of the whole folder was put back')
    .action(onGround(async () => (await import('./cli/restored-command.ts')).restored));
}

function articleCommands(program: Command, onGround: OnGround): void {
  const articles = program
    .command('articles')
    .description('what was collected lately, with its sensitive subjects; or decide those yourself')
    .option('--days <count>', 'how far back', '3')
    .option('--tag <subject>', 'only those with it, such as baby-loss')
    .option('--json', 'for programs')
    .action(onGround(async () => (await import('./cli/article-commands.ts')).listArticles));
  articles
    .command('tag <id> <subjects...>')
    .description('these sensitive subjects and no others; or none; or auto, to let the rules decide again')
    .action(onGround(async () => (await import('./cli/article-commands.ts')).tagArticle));
}

function draftCommands(program: Command, withApp: WithApp): void {
  program
    .command('approve [edition]')
    .description('let a draft go that waits on the editors’ desk')
    .action(withApp(async () => (await import('./cli/editions/letting-go-commands.ts')).approveDraft));
  program
    .command('hold [edition]')
    .description('keep a draft until somebody lets it go on in the studio')
    .action(withApp(async () => (await import('./cli/editions/letting-go-commands.ts')).holdDraft));
  program
    .command('discard [edition]')
    .description('a draft on the desk is gone; its edition is built at its time')
    .action(withApp(async () => (await import('./cli/editions/letting-go-commands.ts')).discard));
}

function storyCommands(program: Command, onGround: OnGround): void {
  const stories = program
    .command('stories')
    .description('what several articles tell together, and why; or decide that yourself')
    .option('--days <count>', 'how far back', '3')
    .option('--json', 'for programs')
    .action(onGround(async () => (await import('./cli/story-commands.ts')).listStories));
  stories
    .command('merge <id> <other>')
    .description('two articles tell one story, with the first in front: so do all articles of both')
    .action(onGround(async () => (await import('./cli/story-commands.ts')).joinStories));
  stories
    .command('lead <id>')
    .description('its story is told with this article')
    .action(onGround(async () => (await import('./cli/story-commands.ts')).leadWith));
  stories
    .command('split <id>')
    .description('an article tells a story of its own')
    .action(onGround(async () => (await import('./cli/story-commands.ts')).partStory));
}

/**
 * Has Node keep what it compiles, which halves the start of the next command: beside the code,
 * where whoever can change the one can change the other, and in no folder that all users share.
 * Where it cannot be written, nothing is kept.
 */
function keepCompiledCode(): void {
  process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../node_modules/.cache/compiled');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}

/** `… | head` has read enough: that is no failure, and no reason to stop sending. */
function isClosedPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE';
}

if (import.meta.main) {
  process.stdout.on('error', (error) => {
    if (!isClosedPipe(error)) throw error;
  });
  // Readers' addresses, the key and exports are for whoever runs this, and nobody else on the machine.
  process.umask(0o077);
  if (existsSync('.env')) process.loadEnvFile('.env');
  keepCompiledCode();
  process.exitCode = await run(process.argv.slice(2));
}
