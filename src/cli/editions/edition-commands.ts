import type { App } from '../../app.ts';
import type { SourceReport } from '../../articles/sources/collect.ts';
import { sourceFailureWords } from '../../articles/sources/failure-words.ts';
import { decisionWords } from '../../composing/decision-words.ts';
import { reasonForPrograms } from '../../editions/words/reason-words.ts';
import { type Outlook, outlook } from '../../publishing/publish.ts';
import { newslettersNamed, readMoment } from '../arguments.ts';
import { EXIT, say, sayJson, sourceLines } from '../output.ts';
import { sayOutlook } from './send.ts';

/**
 * `broadsheet collect`: every source once. 3 when none of them could be read, 1 when one of ours
 * has something to mend.
 */
export async function collect(app: App, options: { json?: boolean }): Promise<number> {
  const reports = await app.collector.collect();
  if (options.json) sayJson(reports.map(reportForPrograms));
  else for (const line of sourceLines(reports)) say(line);
  if (reports.every((report) => report.kind === 'failed')) return EXIT.notReady;
  // An entry that somebody else's feed got wrong is told, too, but nobody here can mend it.
  const ours = new Set(app.config.sources.flatMap((source) => ('folder' in source ? [source.id] : [])));
  const isBad = ({ sourceId, kind, refused }: SourceReport) =>
    kind === 'failed' || (ours.has(sourceId) && refused.some(({ leftOut }) => !leftOut));
  return reports.some(isBad) ? EXIT.someRejected : EXIT.done;
}

function reportForPrograms({ reason, ...report }: SourceReport) {
  return { ...report, ...(reason && { reason: sourceFailureWords(reason), reasonCode: reason }) };
}

/**
 * `broadsheet compose [newsletter]`: what the edition that is due would be, or the next one so far.
 * Keeps nothing.
 */
export async function compose(
  app: App,
  name: string | undefined,
  options: { asOf?: string; explain?: boolean; json?: boolean },
): Promise<number> {
  const asOf = options.asOf === undefined ? undefined : readMoment(options.asOf);
  const looks: Outlook[] = [];
  for (const newsletter of newslettersNamed(app.config, name)) {
    const reports = await app.collector.collect(newsletter.sources);
    const look = await outlook(app.publishing, newsletter, asOf);
    looks.push(look);
    if (options.json) continue;
    for (const line of sourceLines(reports)) say(`collected  ${line}`);
    sayOutlook(look, options.explain === true);
  }
  if (options.json) sayJson(looks.map(asJson));
  return EXIT.done;
}

function asJson({ edition, decisions, sent }: Outlook) {
  const reasons = decisions.map(({ article, in: chosen, reason }) => ({
    link: article.address,
    headline: article.headline,
    in: chosen,
    reason: decisionWords(reason),
    reasonCode: reason,
  }));
  return {
    edition: { ...edition, ...reasonForPrograms(edition.reason) },
    sent: sent?.state ?? null,
    decisions: reasons,
  };
}
