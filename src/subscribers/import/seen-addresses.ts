import { emailHash } from '../subscriber.ts';

const FEWEST_SLOTS = 1 << 12;
/** To begin with, whatever is expected: a file may be of nothing but line breaks. */
const MOST_SLOTS = 1 << 23;
const FULL_AT = 0.7;

/**
 * Remembers on which line of a file an address came first, by 64 bits of its hash: 12 bytes a slot,
 * 25 MB for a million addresses where a `Map` of them takes several times that. Two addresses of a
 * million share those bits once in thirty million files.
 */
export class SeenAddresses {
  #high: Uint32Array;
  #low: Uint32Array;
  /** 0 for an empty slot. */
  #lines: Uint32Array;
  #count = 0;

  /**
   * @param expected about how many there will be: growing leaves as much behind, for a while, as is
   * in use.
   */
  constructor(expected = 0) {
    const wanted = 2 ** Math.ceil(Math.log2((expected + 1) / FULL_AT));
    const slots = Math.min(MOST_SLOTS, Math.max(FEWEST_SLOTS, wanted));
    this.#high = new Uint32Array(slots);
    this.#low = new Uint32Array(slots);
    this.#lines = new Uint32Array(slots);
  }

  /**
   * The line the address was first on; undefined when it had not been seen, and is remembered now.
   * Lines begin at 1.
   */
  lineOf(email: string, line: number): number | undefined {
    const slot = this.#slotOf(email);
    if (this.#lines[slot]) return this.#lines[slot];
    this.#lines[slot] = line;
    this.#count += 1;
    if (this.#count > this.#lines.length * FULL_AT) this.#grow();
    return undefined;
  }

  has(email: string): boolean {
    return this.#count > 0 && this.#lines[this.#slotOf(email)] !== 0;
  }

  #slotOf(email: string): number {
    const hash = emailHash(email);
    const [high, low] = [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8, 16), 16)];
    const slot = this.#place(high, low);
    this.#high[slot] = high;
    this.#low[slot] = low;
    return slot;
  }

  #place(high: number, low: number): number {
    const last = this.#lines.length - 1;
    let slot = low & last;
    while (this.#lines[slot] && (this.#high[slot] !== high || this.#low[slot] !== low))
      slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const [high, low, lines] = [this.#high, this.#low, this.#lines];
    this.#high = new Uint32Array(lines.length * 2);
    this.#low = new Uint32Array(lines.length * 2);
    this.#lines = new Uint32Array(lines.length * 2);
    for (const [slot, line] of lines.entries()) {
      if (!line) continue;
      const place = this.#place(high[slot] ?? 0, low[slot] ?? 0);
      this.#high[place] = high[slot] ?? 0;
      this.#low[place] = low[slot] ?? 0;
      this.#lines[place] = line;
    }
  }
}
