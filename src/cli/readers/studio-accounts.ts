import { Argument, type Command, Option } from 'commander';
import type { EditorRole } from '../../editors/editor.ts';
import type { OnGround } from '../openers.ts';

const ROLES: readonly EditorRole[] = ['edit', 'approve'];
const FROM_STDIN = [
  '--password-stdin',
  'read the password from the first line of stdin, instead of making one',
] as const;

/** `editors …`: who may work in the studio. */
export function editorCommands(program: Command, onGround: OnGround): void {
  const editors = program.command('editors').description('who works in the studio, and what they may do');
  editors
    .command('list')
    .description('all of them')
    .option('--json', 'for programs')
    .action(onGround(async () => (await import('./editor-commands.ts')).listAccounts));
  editors
    .command('add <email>')
    .description('let somebody in')
    .option('--name <name>', 'how they are called; what stands before the @ by default')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).default('edit'))
    .option(...FROM_STDIN)
    .action(onGround(async () => (await import('./editor-commands.ts')).addAccount));
  editors
    .command('password <email>')
    .description('give somebody a new password; they are logged out everywhere')
    .option(...FROM_STDIN)
    .action(onGround(async () => (await import('./editor-commands.ts')).renewPassword));
  editors
    .command('role')
    .argument('<email>')
    .addArgument(new Argument('<role>').choices(ROLES))
    .description('change what somebody may do')
    .action(onGround(async () => (await import('./editor-commands.ts')).changeRole));
  editors
    .command('remove <email>')
    .description('take somebody’s account away; what they edited stays')
    .action(onGround(async () => (await import('./editor-commands.ts')).removeAccount));
}
