import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AppError } from '../base/errors.ts';
import type { NewsletterConfig } from '../config/newsletters.ts';
import { problemsOf, readYaml } from '../config/yaml-file.ts';
import type { CheckedMail } from './checked-mail.ts';
import { type Finding, placeIn } from './finding.ts';

/** The mail programs that nearly all readers of a newsletter use. */
const CLIENTS = [
  'apple-mail.ios',
  'apple-mail.macos',
  'gmail.android',
  'gmail.desktop-webmail',
  'gmail.ios',
  'gmail.mobile-webmail',
  'outlook.android',
  'outlook.ios',
  'outlook.macos',
  'outlook.outlook-com',
  'outlook.windows',
  'outlook.windows-mail',
  'samsung-email.android',
  'yahoo.android',
  'yahoo.desktop-webmail',
  'yahoo.ios',
] as const;
/** Gmail's plain web pages for old telephones know no style sheet at all, and Windows Mail is no longer given out. */
const FADING: readonly string[] = ['gmail.mobile-webmail', 'outlook.windows-mail'];

const baselineSchema = z.array(
  z.strictObject({
    /** As caniemail calls it. */
    feature: z.string().min(1),
    /** Names as caniemail has them, `*` for any: `outlook.*`. */
    clients: z.array(z.string().min(1)).min(1),
    why: z.string().min(1),
  }),
);

export type Baseline = z.infer<typeof baselineSchema>;

const BASELINE = 'client-baseline.yaml';
export const OUR_BASELINE = fileURLToPath(new URL(`./${BASELINE}`, import.meta.url));

/** What was looked at and found harmless: ours, and what an operator says of their own templates beside those. */
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
    hint: 'Each entry is a feature, the clients it concerns, and why the mail is fine without it there.',
  });
}

interface Lack {
  readonly feature: string;
  readonly kind: 'none' | 'partial';
  readonly times: number;
  readonly clients: readonly string[];
  readonly notes: readonly string[];
}

/**
 * What of the mail's HTML and CSS some mail program does not know, and nobody has yet found harmless. Rules inside media
 * queries are left out: who follows the query knows what is in it.
 */
export async function clientSupport(
  { html, newsletter }: Pick<CheckedMail, 'html' | 'newsletter'>,
  baseline: Baseline = baselineOf(newsletter),
): Promise<Finding[]> {
  const lacks = await lacksOf(html);
  return lacks.flatMap((lack) => {
    const clients = lack.clients.filter((client) => !isAccepted(baseline, lack.feature, client));
    return clients.length === 0 ? [] : [findingOf({ ...lack, clients })];
  });
}

/** Loaded when first needed: its tables take a tenth of a second that no other command need pay. */
async function lacksOf(html: string): Promise<Lack[]> {
  const { caniemail, rawData } = await import('caniemail');
  fillGaps(rawData.data);
  const { issues } = caniemail({ clients: [...CLIENTS], html });
  const found = new Map<string, { clients: Set<string>; times: number; notes: Set<string> }>();
  for (const [client, list] of [...issues.errors, ...issues.warnings]) {
    for (const { title, support, notes } of list) {
      const key = `${support === 'none' ? 'none' : 'partial'} ${title}`;
      const lack = found.get(key) ?? { clients: new Set(), times: 0, notes: new Set() };
      found.set(key, lack);
      lack.clients.add(client);
      lack.times += 1;
      for (const note of notes) lack.notes.add(note);
    }
  }
  return [...found].map(([key, { clients, times, notes }]) => ({
    feature: key.slice(key.indexOf(' ') + 1),
    kind: key.startsWith('none') ? 'none' : 'partial',
    times: Math.round(times / clients.size),
    clients: [...clients].sort(),
    notes: [...notes],
  }));
}

/**
 * Of some features nobody has tried every mail program, and there caniemail throws. "u" is its own word for unknown, and
 * is counted as partly known.
 */
function fillGaps(features: readonly { readonly stats: object }[]): void {
  for (const { stats } of features as readonly { stats: Record<string, Record<string, object>> }[]) {
    for (const [family = '', system = ''] of CLIENTS.map((client) => client.split('.'))) {
      stats[family] ??= {};
      stats[family][system] ??= { unknown: 'u' };
    }
  }
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
  const what = kind === 'none' ? 'is not known to' : 'is only partly known to';
  return {
    check: 'client-support',
    severity: kind === 'none' && main ? 'blocking' : 'advisory',
    says: `${feature}, ${used}, ${what} ${clients.join(', ')}`,
    where: placeIn('html', undefined, notes[0]),
    mend: 'Do without it, or, where the mail is fine without, say why in a client-baseline.yaml beside your templates.',
  };
}
