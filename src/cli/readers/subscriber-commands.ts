import type { Command } from 'commander';
import type { OnGround } from '../openers.ts';

/** `subscribers …`: people, one by one and by lists. */
export function subscriberCommands(program: Command, onGround: OnGround): void {
  const subscribers = program
    .command('subscribers')
    .description('add, import, export, erase and list subscribers');
  const forNewsletter = (name: string) =>
    subscribers.command(name).option('--newsletter <name>', 'which one, where there are several');
  forNewsletter('add <emails...>')
    .description('subscribe people who agreed to it')
    .option('--sections <names>', 'separated by commas; all by default')
    .option('--name <name>', 'how they are called')
    .option('--weekly', 'one edition a week instead of every one')
    .action(onGround(async () => (await import('./reader-commands.ts')).addSubscribers));
  forNewsletter('import <file>')
    .description(
      'take in a list: CSV of any kind, or an export of another newsletter program or of Broadsheet',
    )
    .option('--map <columns>', 'what stands where, such as email="Contact",unsubscribed="Left on"', several)
    .option('--ignore <column>', 'a column that says nothing of who left; once for each', several)
    .option(
      '--tag <name=section>',
      'a tag that stands for a section, with --map sections=Tags; once for each',
      several,
    )
    .option('--status <word>', 'everybody in it is subscribed, unsubscribed, bounced or complained')
    .option('--report <file>', 'where bad rows are listed, instead of <file>.rejected.csv')
    .option('--dry-run', 'only say what would happen')
    .option('--again', 'also when it was imported before')
    .option('--json', 'for programs')
    .action(onGround(async () => (await import('./import-command.ts')).importSubscribers));
  forNewsletter('export')
    .description('all subscriptions as CSV')
    .option('--out <file>', 'instead of stdout')
    .action(onGround(async () => (await import('./reader-commands.ts')).exportSubscribers));
  forNewsletter('list')
    .description('the first subscriptions')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'for programs')
    .action(onGround(async () => (await import('./reader-commands.ts')).listSubscribers));
  subscribers
    .command('show <email>')
    .description('what one person agreed to, was sent, and what servers answered')
    .option('--json', 'for programs')
    .action(onGround(async () => (await import('./reader-history-command.ts')).showSubscriber));
  subscribers
    .command('erase <email>')
    .description('forget a person')
    .action(onGround(async () => (await import('./reader-commands.ts')).eraseSubscriber));
}

/** Collects an option that may come several times. */
function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
