import type { Verdict } from '../checks/check-edition.ts';
import type { Finding } from '../checks/finding.ts';

/** Most findings shown of one check: forty pictures with the same fault are one thing to mend. */
const MOST_OF_A_KIND = 5;

/** Each finding with where it is and how to mend it. */
export function findingLines({ findings }: Pick<Verdict, 'findings'>): string[] {
  const kindOf = ({ check, severity }: Finding) => `${severity} ${check}`;
  const kinds = Map.groupBy(findings, kindOf);
  return [...kinds.values()].flatMap((same) => {
    const shown = same.slice(0, MOST_OF_A_KIND);
    const left = same.length - shown.length;
    return [...shown.flatMap(linesOf), ...(left > 0 ? [`${' '.repeat(10)}… and ${left} more of these`] : [])];
  });
}

function linesOf({ check, severity, says, where, mend, mails = [] }: Finding): string[] {
  const place = [where?.story, where?.excerpt].filter((part) => part !== undefined).join(' · ');
  const margin = ' '.repeat(10);
  return [
    `${severity.padEnd(9)} ${says} (${check})`,
    ...(place === '' ? [] : [`${margin}at: ${place}`]),
    ...(mails.length === 0 ? [] : [`${margin}in the mail for ${mails.join(', for ')}`]),
    `${margin}→ ${mend}`,
  ];
}
