import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { Aside } from '../../base/processes/aside.ts';
import type { NewsletterConfig } from '../../config/newsletters.ts';
import { problemsOf, readYaml } from '../../config/yaml-file.ts';
import type { CheckedMail } from '../checked-mail.ts';
import { type Finding, placeIn } from '../finding.ts';
import type { Lack } from './client-support-aside.ts';

/**
 * caniemail's tables take 40 MB and a tenth of a second for each mail: not in the process that
 * sends.
 */
const programs = new Aside<string, Lack[]>(new URL('./client-support-aside.ts', import.meta.url));

/**
 * Gmail's plain web pages for old telephones know no style sheet at all, and Windows Mail is no
 * longer given out.
 */
const FADING: readonly string[] = ['gmail.mobile-webmail', 'outlook.windows-mail'];

const baselineSchema = z.array(
  z.strictObject({
    /** Name of the feature in caniemail. */
    feature: z.string().min(1),
    /** Names as caniemail has them, `*` for any: `outlook.*`. */
    clients: z.array(z.string().min(1)).min(1),
    why: z.string().min(1),
  }),
);

export type Baseline = z.infer<typeof baselineSchema>;

const BASELINE = 'client-baseline.yaml';
export const OUR_BASELINE = fileURLToPath(new URL(`./${BASELINE}`, import.meta.url));

/**
 * Returns the features found harmless: ours, and those that an operator lists beside their own
 * templates.
 */
export function baselineOf({ templates }: Pick<NewsletterConfig, 'templates'>): Baseline {
  const own = templates && join(templates, BASELINE);
  return [OUR_BASELINE, ...(own && existsSync(own) ? [own] : [])].flatMap(readBaseline);
}

/** @throws AppError CONFIG_INVALID naming file, line and entry. */
export function readBaseline(file: string): Baseline {
  const yaml = readYaml(readFileSync(file, 'utf8'));
  const parsed = baselineSchema.safeParse(yaml.value ?? [], { reportInput: true });
  const problems = [...yaml.problems, ...(parsed.success ? [] : parsed.error.issues.flatMap(problemsOf))];
  if (parsed.success && problems.length === 0) return parsed.data;
  const lines = problems.map(({ line, path = [], says }) => `${file}:${line ?? yaml.lineOf(path)}: ${says}`);
  throw new AppError('CONFIG_INVALID', lines.join('\n'), {
    hint: 'Each entry is a feature, the clients it concerns, and why the mail is fine there without it.',
  });
}

/**
 * Finds HTML and CSS of the mail that some mail program does not know, and nobody has yet found
 * harmless. Rules inside media queries are left out: programs that follow the query know its
 * contents.
 */
export async function clientSupport(
  { html, newsletter }: Pick<CheckedMail, 'html' | 'newsletter'>,
  baseline: Baseline = baselineOf(newsletter),
): Promise<Finding[]> {
  const lacks = await programs.ask(html);
  return lacks.flatMap((lack) => {
    const clients = lack.clients.filter((client) => !isAccepted(baseline, lack.feature, client));
    return clients.length === 0 ? [] : [findingOf({ ...lack, clients })];
  });
}

function isAccepted(baseline: Baseline, feature: string, client: string): boolean {
  return baseline
    .filter((entry) => entry.feature === feature)
    .some((entry) => entry.clients.some((glob) => covers(glob, client)));
}

function covers(glob: string, client: string): boolean {
  const [family, system] = client.split('.');
  const [one, other = '*'] = glob.split('.');
  return (one === '*' || one === family) && (other === '*' || other === system);
}

function findingOf({ feature, kind, times, clients, notes }: Lack): Finding {
  const main = clients.some((client) => !FADING.includes(client));
  const used = times === 1 ? 'used once' : `used ${times} times`;
  const what = kind === 'none' ? 'is not supported by' : 'is only partly supported by';
  return {
    check: 'client-support',
    severity: kind === 'none' && main ? 'blocking' : 'advisory',
    says: `${feature}, ${used}, ${what} ${clients.join(', ')}`,
    where: placeIn('html', undefined, notes[0]),
    mend: 'Do without it. If the mail is fine without it, say why in a client-baseline.yaml beside your templates.',
  };
}
