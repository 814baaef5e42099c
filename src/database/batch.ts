import { DatabaseUnavailable } from './database-unavailable';

interface Waiting<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Answers requests of one kind together: those that arrive within an event-loop turn, or while earlier ones are being answered. One
 * statement for many rows costs little more than one for a single row.
 */
export class Batch<Request, Answer> {
  private waiting: Waiting<Request, Answer>[] = [];
  private running = 0;
  private scheduled = false;

  /**
   * @param perform answers the requests, in their order; where it fails for several, it is asked again for each alone, so that nobody
   * suffers for another's fault
   */
  constructor(
    private readonly perform: (requests: readonly Request[]) => Promise<readonly Answer[]>,
    private readonly limits: { readonly size: number; readonly parallel: number },
  ) {}

  /** @throws whatever `perform` throws for this request alone */
  submit(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.running >= this.limits.parallel) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      const taken = this.waiting.splice(0, this.limits.size);
      this.running++;
      void this.answer(taken).finally(() => {
        this.running--;
        if (this.waiting.length > 0) this.schedule();
      });
      if (this.waiting.length > 0) this.schedule();
    });
  }

  private async answer(taken: readonly Waiting<Request, Answer>[]): Promise<void> {
    try {
      const answers = await this.perform(taken.map(({ request }) => request));
      taken.forEach(({ resolve }, index) => resolve(answers[index]!));
    } catch (error) {
      if (taken.length === 1 || error instanceof DatabaseUnavailable) for (const { reject } of taken) reject(error);
      else await Promise.all(taken.map((one) => this.answer([one])));
    }
  }
}

/** The sizes that statements over many rows are prepared for: powers of two, the rest is filled up with rows that match nothing. */
export function statementSize(rows: number): number {
  let size = 1;
  while (size < rows) size *= 2;
  return size;
}

/** Up to how many rows statements are prepared for each number of them. */
const FEW = 16;

/** Pieces of as many rows as statements are prepared for, where no row may be filled in. @param largest a power of two, where it is beyond {@link FEW} */
export function statementPieces<Row>(rows: readonly Row[], largest: number): Row[][] {
  const pieces: Row[][] = [];
  for (let start = 0, size = largest; start < rows.length; start += size) {
    const left = rows.length - start;
    while (size > left) size = left <= FEW ? left : size / 2;
    pieces.push(rows.slice(start, start + size));
  }
  return pieces;
}
