const MOST_TURNS = 8;
/**
 * Time, in milliseconds, after which work that nobody waits for is written; it goes earlier with
 * work that somebody does wait for.
 */
const PATIENT_MS = 3;

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers what many connections want written into one commit: while one batch is being written the
 * next one fills. Each caller waits for the commit that holds their item, and gets that item's
 * answer.
 */
export class Batcher<Item, Answer> {
  readonly #write: (items: readonly Item[]) => Promise<readonly Answer[]>;
  #waiting: Waiting<Item, Answer>[] = [];
  #writing = false;
  #patience: NodeJS.Timeout | undefined;

  /**
   * @param write one answer for each item, in their order; when it throws, every item of the batch
   * fails.
   */
  constructor(write: (items: readonly Item[]) => Promise<readonly Answer[]>) {
    this.#write = write;
  }

  /** Written as soon as may be, with all that was added before it. */
  add(item: Item): Promise<Answer> {
    const answer = this.#queue(item);
    void this.#flush();
    return answer;
  }

  /**
   * Written with the next item that somebody waits for; a commit for these alone is put off for a
   * moment.
   */
  addPatiently(item: Item): Promise<Answer> {
    const answer = this.#queue(item);
    this.#patience ??= setTimeout(() => void this.#flush(), PATIENT_MS);
    return answer;
  }

  #queue(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => this.#waiting.push({ item, resolve, reject }));
  }

  async #flush(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    while (this.#waiting.length > 0) {
      await this.#gather();
      clearTimeout(this.#patience);
      this.#patience = undefined;
      await this.#writeBatch(this.#waiting.splice(0));
    }
    this.#writing = false;
  }

  /**
   * A commit costs more than a few turns of the event loop: as long as each of them brings more,
   * they are worth it.
   */
  async #gather(): Promise<void> {
    for (let turn = 0, before = 0; turn < MOST_TURNS && this.#waiting.length > before; turn += 1) {
      before = this.#waiting.length;
      await new Promise(setImmediate);
    }
  }

  async #writeBatch(batch: readonly Waiting<Item, Answer>[]): Promise<void> {
    try {
      const answers = await this.#write(batch.map((one) => one.item));
      for (const [at, one] of batch.entries()) one.resolve(answers[at] as Answer);
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }
}
