/** The waiting line is full: the caller answers 503 with `Retry-After` (RFC 9110 §15.6.4). */
export class QueueFull extends Error {
  constructor() {
    super('Too many requests are waiting for their turn: try again in a moment.');
    this.name = 'QueueFull';
  }
}

/** How many jobs run at once, and how many more may wait. */
export interface BoundedQueueOptions {
  readonly concurrency: number;
  readonly capacity: number;
}

/** Runs jobs in the order of their arrival, a few at a time, and turns newcomers away when too many wait (CWE-400). */
export class BoundedQueue {
  private readonly concurrency: number;
  private readonly capacity: number;
  private readonly line: (() => void)[] = [];
  private active = 0;

  /** @throws {RangeError} when `concurrency` is not a whole number from 1, or `capacity` not one from 0 */
  constructor({ concurrency, capacity }: BoundedQueueOptions) {
    if (!Number.isInteger(concurrency) || concurrency < 1) throw new RangeError('concurrency must be at least 1.');
    if (!Number.isInteger(capacity) || capacity < 0) throw new RangeError('capacity must not be negative.');
    this.concurrency = concurrency;
    this.capacity = capacity;
  }

  /** Jobs that wait for their turn. */
  get waiting(): number {
    return this.line.length;
  }

  /** Jobs that have begun and not ended. */
  get running(): number {
    return this.active;
  }

  /**
   * Runs a job when its turn comes, and gives its result or its error.
   * @throws {QueueFull} when as many jobs wait as may; the job is then never begun
   */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.active < this.concurrency) this.active += 1;
    else await this.turn();
    try {
      return await job();
    } finally {
      this.release();
    }
  }

  private turn(): Promise<void> {
    if (this.line.length >= this.capacity) throw new QueueFull();
    return new Promise((resolve) => this.line.push(resolve));
  }

  /** The place goes to the first in line directly, so that no newcomer can slip in between. */
  private release(): void {
    const next = this.line.shift();
    if (next === undefined) this.active -= 1;
    else next();
  }
}
