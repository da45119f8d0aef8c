import { describeLedger, type EditionStatus, unsettled } from '../../delivery/progress.ts';
import type { DeliveryState } from '../../storage/schema/schema.ts';
import { count, stateInWords } from '../studio-words.ts';

/** A length of the ledger's bar. Its `kind` names a colour of the style sheet. */
export interface LedgerPart {
  readonly kind: string;
  readonly label: string;
  readonly count: string;
  /** Percent of the bar: where the part begins and how long it is. */
  readonly x: string;
  readonly width: string;
}

/** An edition's ledger as the page draws it: a bar of everyone who was looked at, and the two equations beneath. */
export interface LedgerView {
  readonly frozen: boolean;
  readonly balanced: boolean;
  readonly sentence: string;
  readonly candidates: string;
  readonly prepared: string;
  readonly excluded: string;
  readonly parts: readonly LedgerPart[];
  readonly reasons: readonly { readonly label: string; readonly count: string }[];
  readonly possibleSecondCopies: number;
  readonly underWay: string;
}

/** In the order of the bar: what is done first, what is still to come towards the end. */
const STATES: readonly DeliveryState[] = [
  'accepted',
  'uncertain',
  'rejected',
  'deferred',
  'transmitting',
  'claimed',
  'waiting',
  'cancelled',
];

export function ledgerView(status: EditionStatus): LedgerView {
  const excluded = Object.values(status.excluded).reduce((total, number) => total + number, 0);
  const amounts = [
    ...STATES.map((state) => ({ kind: state as string, amount: status.deliveries[state] })),
    { kind: 'excluded', amount: excluded },
  ].filter(({ amount }) => amount > 0);
  return {
    frozen: status.candidates !== null,
    balanced: status.balanced,
    sentence: describeLedger(status),
    candidates: count(status.candidates ?? 0),
    prepared: count(status.prepared),
    excluded: count(excluded),
    parts: drawParts(amounts),
    reasons: Object.entries(status.excluded).map(([label, number]) => ({ label, count: count(number) })),
    possibleSecondCopies: status.possibleSecondCopies,
    underWay: unsettled(status) > 0 ? count(unsettled(status)) : '',
  };
}

/** A single refused reader among a hundred thousand is the one to see, so no part is drawn thinner than can be seen. */
const THINNEST_PERCENT = 1;

function drawParts(amounts: readonly { kind: string; amount: number }[]): LedgerPart[] {
  const total = amounts.reduce((sum, { amount }) => sum + amount, 0);
  const widths = amounts.map(({ amount }) => Math.max((amount / total) * 100, THINNEST_PERCENT));
  const scale = 100 / widths.reduce((sum, width) => sum + width, 0);
  let x = 0;
  return amounts.map(({ kind, amount }, at) => {
    const width = (widths[at] ?? 0) * scale;
    const part = {
      kind,
      label: stateInWords(kind),
      count: count(amount),
      x: x.toFixed(3),
      width: width.toFixed(3),
    };
    x += width;
    return part;
  });
}
