import { caniemail, rawData } from 'caniemail';
import { answerAside } from '../../base/processes/aside.ts';

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
export interface Lack {
  readonly feature: string;
  readonly kind: 'none' | 'partial';
  readonly times: number;
  readonly clients: readonly string[];
  readonly notes: readonly string[];
}

answerAside<string, Lack[]>(async (html) => {
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
});

/**
 * Fills in mail programs that nobody has tried for a feature: caniemail throws on those. "u" is its
 * own word for unknown, and is counted as partly known.
 */
function fillGaps(features: readonly { readonly stats: object }[]): void {
  for (const { stats } of features as readonly { stats: Record<string, Record<string, object>> }[]) {
    for (const [family = '', system = ''] of CLIENTS.map((client) => client.split('.'))) {
      stats[family] ??= {};
      stats[family][system] ??= { unknown: 'u' };
    }
  }
}
