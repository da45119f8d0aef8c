import type { App } from '../../app.ts';
import type { Measures, Verdict } from '../../checks/check-edition.ts';
import type { Finding } from '../../checks/finding.ts';
import { type RefusedStory, refusedIn } from '../../editing/refused-stories.ts';
import { type KeptEdition, withContent } from '../../editions/store/kept-edition.ts';
import { reasonForPrograms, reasonInWords } from '../../editions/words/reason-words.ts';
import { outlook } from '../../publishing/publish.ts';
import { editionNamed, newslettersNamed, readMoment } from '../arguments.ts';
import { findingLines } from '../finding-lines.ts';
import { counted, EXIT, say, sayJson } from '../output.ts';

export interface CheckOptions {
  readonly asOf?: string;
  readonly links?: boolean;
  readonly json?: boolean;
}

/**
 * `broadsheet check [edition]`: ready to send, or what is in the way. Sends and keeps nothing. 3
 * when not ready.
 */
export async function check(app: App, name: string | undefined, options: CheckOptions): Promise<number> {
  const results = [];
  for (const edition of await whatToCheck(app, name, options.asOf)) {
    const verdict =
      edition.content &&
      (await app.verdict(withContent(edition, app.clock.now()), { links: options.links === true }));
    results.push({ id: edition.id, ready: true, ...(verdict ?? reasonForPrograms(edition.reason)) });
    if (options.json) continue;
    if (verdict) sayVerdict(edition.id, verdict, refusedIn(edition.content));
    else say(`${edition.id}  no edition: ${reasonInWords(edition.reason)}`);
  }
  if (options.json) sayJson(results);
  return results.every(({ ready }) => ready) ? EXIT.done : EXIT.notReady;
}

/**
 * A newsletter's edition that is due, or the next one so far; an edition by its id as it is kept.
 */
async function whatToCheck(
  app: App,
  name: string | undefined,
  asOf: string | undefined,
): Promise<KeptEdition[]> {
  if (name !== undefined && !app.config.newsletters.some(({ id }) => id === name))
    return [await editionNamed(app, name)];
  const editions: KeptEdition[] = [];
  for (const newsletter of newslettersNamed(app.config, name)) {
    await app.collector.collect(newsletter.sources);
    const at = asOf === undefined ? undefined : readMoment(asOf);
    editions.push((await outlook(app.publishing, newsletter, at)).edition);
  }
  return editions;
}

function sayVerdict(id: string, verdict: Verdict, without: readonly RefusedStory[]): void {
  say(`${id}  ${summary(verdict)}`);
  for (const line of verdict.measures ? measureLines(verdict.measures) : []) say(`  ${line}`);
  for (const { headline, because } of without) say(`  left out   “${headline}”: ${because}`);
  for (const line of findingLines(verdict)) say(`  ${line}`);
}

/** `ready to send, 2 advisory findings`. */
export function summary({ ready, findings }: Verdict): string {
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length;
  const [blocking, advisory] = [count('blocking'), count('advisory')];
  const parts = [
    ...(blocking > 0 ? [counted(blocking, 'blocking finding', 'blocking findings')] : []),
    ...(advisory > 0 ? [counted(advisory, 'advisory finding', 'advisory findings')] : []),
  ];
  return [ready ? 'ready to send' : 'not ready to send', ...parts].join(', ');
}

function measureLines(measures: Measures): string[] {
  const figures = (number: number) => number.toLocaleString('en-GB');
  const cuts = measures.subjectCuts.filter((cut) => cut !== measures.subject);
  return [
    `subject    ${measures.subject} (${counted(measures.subjectCharacters, 'character', 'characters')})`,
    ...cuts.map((cut) => `           ${cut}`),
    `preheader  ${measures.preheader} (${counted(measures.preheaderCharacters, 'character', 'characters')})`,
    `size       ${figures(measures.htmlBytes)} bytes of HTML, ${figures(measures.textBytes)} of text, ${figures(measures.pictureBytes)} of pictures`,
    `looked at  ${counted(measures.variants, 'mail', 'mails')}, the longest with ${counted(measures.stories, 'story', 'stories')}`,
  ];
}
