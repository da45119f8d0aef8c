import type { App } from '../app.ts';
import { AppError } from '../base/errors.ts';
import { recentEditions } from '../delivery/progress.ts';
import { type Composed, composeEdition } from '../publishing/publish.ts';
import { newslettersNamed, readMoment } from './arguments.ts';
import { counted, decisionLines, EXIT, say, sayJson, sourceLines } from './output.ts';
import { sayStatus } from './send.ts';

/** `broadsheet collect`: every source once. 3 when none of them could be read. */
export async function collect(app: App, options: { json?: boolean }): Promise<number> {
  const reports = await app.collect();
  if (options.json) sayJson(reports);
  else for (const line of sourceLines(reports)) say(line);
  return reports.every((report) => report.kind === 'failed') ? 3 : EXIT.done;
}

/** `broadsheet compose [newsletter]`: the draft of the slot that is due, as of now or of another moment. */
export async function compose(
  app: App,
  name: string | undefined,
  options: { asOf?: string; explain?: boolean; json?: boolean },
): Promise<number> {
  const asOf = options.asOf === undefined ? app.clock.now() : readMoment(options.asOf);
  const drafts: Composed[] = [];
  for (const newsletter of newslettersNamed(app.config, name)) {
    const reports = await app.collect(newsletter.sources);
    const composed = await composeEdition(app.publishing, newsletter, asOf);
    drafts.push(composed);
    if (options.json) continue;
    for (const line of sourceLines(reports)) say(line);
    sayDraft(composed, options.explain === true);
  }
  if (options.json) sayJson(drafts.map(asJson));
  return EXIT.done;
}

/** `broadsheet status`: the ledger of recent editions. */
export async function status(app: App, options: { json?: boolean }): Promise<number> {
  const statuses = await recentEditions(app.db);
  if (options.json) sayJson(statuses);
  else sayStatus(statuses);
  if (statuses.every((one) => one.balanced)) return EXIT.done;
  throw new AppError('LEDGER_UNBALANCED', 'An edition above does not add up');
}

function sayDraft({ edition, decisions }: Composed, explain: boolean): void {
  const stories = edition.content?.stories;
  say(
    stories
      ? `${edition.id}: ${counted(stories.length, 'story', 'stories')} (${edition.state})`
      : `${edition.id}: no edition, ${edition.reason}`,
  );
  if (explain) for (const line of decisionLines(decisions)) say(line);
  else for (const story of stories ?? []) say(`  ${story.headline}`);
}

function asJson({ edition, decisions }: Composed) {
  const reasons = decisions.map(({ article, ...why }) => ({
    link: article.link,
    headline: article.headline,
    ...why,
  }));
  return { edition, decisions: reasons };
}
