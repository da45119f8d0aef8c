import { readFileSync } from 'node:fs';

/** `node bench/profile.ts FILE.cpuprofile`: where the main thread's time went, by whose code it is and by function. */

interface Profile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

const TOP = 40;

export function summarise(profile: Profile, from?: string): string {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const inside = from ? below(profile.nodes, byId, from) : undefined;
  const owners = new Map<string, number>();
  const functions = new Map<string, number>();
  let total = 0;
  for (const [at, id] of profile.samples.entries()) {
    const node = byId.get(id);
    if (!node || node.callFrame.functionName === '(idle)' || (inside && !inside.has(id))) continue;
    const time = profile.timeDeltas[at] ?? 0;
    total += time;
    add(owners, ownerOf(node), time);
    add(functions, `${node.callFrame.functionName || '(anonymous)'}  ${place(node)}`, time);
  }
  return [section(owners, total, owners.size), section(functions, total, TOP)].join('\n\n');
}

/** Everything called from a function of this name. */
function below(nodes: readonly Node[], byId: ReadonlyMap<number, Node>, name: string): Set<number> {
  const found = new Set<number>();
  const visit = (id: number) => {
    found.add(id);
    for (const child of byId.get(id)?.children ?? []) visit(child);
  };
  for (const node of nodes) if (node.callFrame.functionName === name) visit(node.id);
  return found;
}

function ownerOf({ callFrame: { url, functionName } }: Node): string {
  if (functionName.startsWith('(')) return functionName;
  if (url === '') return 'native';
  const part =
    /node_modules\/([^/]+(?:\/lib\/[^/]+|\/dist\/cjs\/[^/]+)?)|\/(src\/[^/]+\/[^/]+)|(node:[\w/]+)/.exec(url);
  return part?.[1] ?? part?.[2] ?? part?.[3] ?? url;
}

function place({ callFrame: { url, lineNumber } }: Node): string {
  return url === '' ? '' : `${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`;
}

function add(totals: Map<string, number>, key: string, time: number): void {
  totals.set(key, (totals.get(key) ?? 0) + time);
}

function section(totals: ReadonlyMap<string, number>, total: number, most: number): string {
  return [...totals]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([name, time]) => `${((100 * time) / total).toFixed(1).padStart(5)} %  ${name}`)
    .join('\n');
}

const [file, from] = process.argv.slice(2);
if (import.meta.main && file) console.log(summarise(JSON.parse(readFileSync(file, 'utf8')), from));
