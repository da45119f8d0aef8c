import type { Claim } from './claim.ts';
import type { Pace } from './pace.ts';
import type { ReceivingGroup, ReceivingGroups } from './receiving-group.ts';

/** A claim that may start now. */
export interface Departure {
  readonly claim: Claim;
  readonly group: ReceivingGroup;
}

/**
 * Queue of deliveries that this process has claimed and not started, in one row for each receiving
 * group: a group that has to wait does not hold up the others. Bounded by its caller.
 */
export class ClaimQueue {
  readonly #pace: Pace;
  readonly #groups: ReceivingGroups;
  readonly #rows = new Map<ReceivingGroup, Claim[]>();
  #size = 0;

  constructor(pace: Pace, groups: ReceivingGroups) {
    this.#pace = pace;
    this.#groups = groups;
  }

  get size(): number {
    return this.#size;
  }

  /** The editions that something here belongs to. */
  editions(): string[] {
    const ids = [...this.#rows.values()].flat().map(({ editionId }) => editionId);
    return [...new Set(ids)].filter((id) => id !== null);
  }

  /**
   * In the order in which they should leave; system mail goes ahead of what is there. A delivery
   * that was taken over from us and claimed again is here once, as it was claimed last.
   */
  add(claims: readonly Claim[], now: number): void {
    const ids = new Set(claims.map(({ id }) => id));
    this.drain(({ id }) => ids.has(id));
    for (const claim of claims) {
      const group = this.#groups.groupOf(claim.email, now);
      const row = this.#rows.get(group) ?? [];
      if (claim.kind === 'edition') row.push(claim);
      else row.unshift(claim);
      this.#rows.set(group, row);
    }
    this.#size += claims.length;
  }

  /** The next claim that the pace lets start, its start already noted; else when to ask again. */
  take(now: number): Departure | { readonly until: number } {
    let until = Number.POSITIVE_INFINITY;
    for (const [group, row] of this.#rows) {
      const admission = this.#pace.admit(group, now);
      if (admission.admitted) return this.#depart(group, row, now);
      until = Math.min(until, admission.until);
    }
    return { until };
  }

  /** Takes out everything, or what `unwanted` says, to be given back. */
  drain(unwanted: (claim: Claim) => boolean = () => true): Claim[] {
    const drained: Claim[] = [];
    for (const [group, row] of [...this.#rows]) {
      drained.push(...row.filter(unwanted));
      const kept = row.filter((claim) => !unwanted(claim));
      if (kept.length > 0) this.#rows.set(group, kept);
      else this.#rows.delete(group);
    }
    this.#size -= drained.length;
    return drained;
  }

  #depart(group: ReceivingGroup, row: Claim[], now: number): Departure | { readonly until: number } {
    const claim = row.shift();
    // Taken out and put back at the end: the groups take turns.
    this.#rows.delete(group);
    if (row.length > 0) this.#rows.set(group, row);
    if (!claim) return { until: now };
    this.#size -= 1;
    this.#pace.begin(group, now);
    return { claim, group };
  }
}
