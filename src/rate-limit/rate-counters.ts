import type { Clock } from '../config/clock';
import { Batch } from '../database/batch';
import { rowPlaces, sizedStatement } from '../database/sized-statement';
import type { UnitOfWork } from '../database/unit-of-work';
import type { RateLimit } from './rate-limit.entity';

/** How many keys share a statement at the most, and how many such statements run at once. */
const BATCH = { size: 16, parallel: 2 };

/** Points to be counted under a key; `endsAt` (epoch milliseconds) counts where no window is open. */
export interface Addition {
  readonly key: string;
  readonly points: number;
  readonly endsAt: number;
}

/** What is counted under a key in its present window. */
export type Counter = Pick<RateLimit, 'points' | 'expires_at'>;

/** Counts and adds up in one statement, so that parallel requests on any number of nodes never share a point. */
const countStatement = sizedStatement(
  (keys) => `INSERT INTO rate_limits (key, points, expires_at) VALUES ${rowPlaces(keys, 3)}
    ON CONFLICT (key) DO UPDATE SET
      points = CASE WHEN rate_limits.expires_at <= ? THEN excluded.points ELSE rate_limits.points + excluded.points END,
      expires_at = CASE WHEN rate_limits.expires_at <= ? THEN excluded.expires_at ELSE rate_limits.expires_at END
    RETURNING key, points, expires_at`,
);

/** Counts points in the database, those that are asked for together in one statement: a request that several limits count costs one. */
export class RateCounters {
  private readonly batch = new Batch<Addition, Counter>((additions) => this.addAll(additions), BATCH);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Adds points, and tells what is counted then. A key is asked about once at a time. */
  add(addition: Addition): Promise<Counter> {
    return this.batch.submit(addition);
  }

  private async addAll(additions: readonly Addition[]): Promise<Counter[]> {
    // On all nodes in one order: no two wait for each other's rows.
    const sorted = [...additions].sort((one, other) => (one.key < other.key ? -1 : 1));
    const values = sorted.flatMap(({ key, points, endsAt }) => [key, points, endsAt]);
    const now = this.clock.now();
    const rows = await this.unitOfWork.run((transaction) =>
      transaction.query<Counter & { key: string }>(countStatement(sorted.length), [...values, now, now]),
    );
    const counted = new Map(rows.map((row) => [row.key, row]));
    return additions.map(({ key }) => counted.get(key)!);
  }
}
