import type { Reader } from './reader';

/** How far back, in milliseconds, each look reads again: longer than any transaction may take to commit its number. */
const OVERLAP = 15_000;

/** Up to which number everything had been read, and when that look began. */
interface Horizon {
  readonly at: number;
  readonly seq: number;
}

/** What one look at the table has found, the rows of the last seconds once more. */
export interface Tail<Row> {
  readonly started: number;
  readonly known: Horizon;
  readonly rows: readonly Row[];
}

/**
 * Follows a table whose rows are numbered by the database, from its beginning. Numbers are given before they are committed: a row may appear
 * behind others that were read already, so each look goes back a while.
 */
export class SequenceTail<Row extends { readonly seq: number }> {
  private horizon: Horizon[] = [{ at: Number.NEGATIVE_INFINITY, seq: 0 }];
  private lastLook = Number.NEGATIVE_INFINITY;
  /** The numbers above the last known horizon that were taken already. */
  private taken: ReadonlySet<number> = new Set();

  /** @param sql reads the rows above a number, in their order */
  constructor(
    private readonly reader: Reader,
    private readonly sql: string,
  ) {}

  /** Looks at what is new. */
  async read(): Promise<Tail<Row>> {
    const started = performance.now();
    const known = this.horizon.findLast(({ at }) => at <= started - OVERLAP) ?? this.horizon[0]!;
    return { started, known, rows: await this.reader.query<Row>(this.sql, [known.seq]) };
  }

  /** Takes what a look has found for known. @returns its rows, but for those that were taken before */
  take({ started, known, rows }: Tail<Row>): readonly Row[] {
    const newest = Math.max(this.horizon.at(-1)!.seq, Number(rows.at(-1)?.seq ?? 0));
    this.horizon = [...this.horizon.filter(({ at }) => at >= known.at), { at: started, seq: newest }];
    this.lastLook = started;
    const fresh = rows.filter(({ seq }) => !this.taken.has(Number(seq)));
    this.taken = new Set(rows.map(({ seq }) => Number(seq)));
    return fresh;
  }

  /** Milliseconds since the last look that was answered, by a clock that nobody sets. */
  get age(): number {
    return performance.now() - this.lastLook;
  }
}
