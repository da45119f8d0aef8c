import { MINUTE_MS, SECOND_MS } from '../base/clock.ts';

const BAR_CHARACTERS = 28;
const LINE_EVERY_MS = 10 * SECOND_MS;

/**
 * Shows how far long work has come: a bar that redraws itself on a terminal, a plain line now and
 * then in a log. Written to stderr, so that stdout stays what was asked for.
 */
export class ProgressBar {
  readonly #label: string;
  readonly #started: number;
  readonly #terminal: boolean;
  #lastLine = 0;
  #drawn = false;

  constructor(label: string, now: number, terminal = process.stderr.isTTY === true) {
    this.#label = label;
    this.#started = now;
    this.#terminal = terminal;
  }

  /** @param note said in place of a pace, where none tells until when. */
  update(done: number, total: number, now: number, note?: string): void {
    if (total === 0) return;
    const text = `${this.#label} ${done} of ${total}${note === undefined ? this.#pace(done, total, now) : `, ${note}`}`;
    if (this.#terminal) {
      const filled = Math.round((done / total) * BAR_CHARACTERS);
      process.stderr.write(`\r\x1b[2K${'█'.repeat(filled)}${'░'.repeat(BAR_CHARACTERS - filled)} ${text}`);
      this.#drawn = true;
    } else if (now - this.#lastLine >= LINE_EVERY_MS) {
      if (this.#lastLine > 0) process.stderr.write(`${text}\n`);
      this.#lastLine = now;
    }
  }

  /** Clears the bar; what follows is said in words. */
  finish(): void {
    if (this.#drawn) process.stderr.write('\r\x1b[2K');
  }

  #pace(done: number, total: number, now: number): string {
    const elapsed = now - this.#started;
    if (done === 0 || elapsed < SECOND_MS) return '';
    const perSecond = (done / elapsed) * SECOND_MS;
    // Slower than that, it is waiting for somebody that counts, and no rate says until when.
    if (perSecond < 1) return '';
    const left = ((total - done) / perSecond) * SECOND_MS;
    const time = left < MINUTE_MS ? `${Math.ceil(left / SECOND_MS)} s` : `${Math.ceil(left / MINUTE_MS)} min`;
    return `, ${Math.round(perSecond)} a second${done < total ? `, about ${time} left` : ''}`;
  }
}
