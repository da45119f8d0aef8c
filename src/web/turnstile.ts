/**
 * Lets in a few requests in each turn of the event loop, and the others in the turns that follow,
 * in the order they came. A crowd of visitors thus shares the process with the mail that is going
 * out: however many wait, delivery has every turn.
 */
export class Turnstile {
  readonly #perTurn: number;
  readonly #waiting: (() => void)[] = [];
  #admitted = 0;

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  /** Calls `proceed` at once where this turn has room, else in a later turn. */
  enter(proceed: () => void): void {
    if (this.#admitted === 0) setImmediate(() => this.#nextTurn());
    if (this.#admitted >= this.#perTurn) this.#waiting.push(proceed);
    else {
      this.#admitted += 1;
      proceed();
    }
  }

  #nextTurn(): void {
    const admitted = this.#waiting.splice(0, this.#perTurn);
    this.#admitted = admitted.length;
    if (admitted.length === 0) return;
    setImmediate(() => this.#nextTurn());
    for (const proceed of admitted) proceed();
  }
}
