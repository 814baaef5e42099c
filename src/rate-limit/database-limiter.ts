import { RateLimiterRes, RateLimiterStoreAbstract } from 'rate-limiter-flexible';
import type { Clock } from '../config/clock';
import type { UnitOfWork } from '../database/unit-of-work';
import type { RateLimit } from './rate-limit.entity';

type StoredLimit = Pick<RateLimit, 'points' | 'expires_at'>;

/** Counts and adds up in one statement, so that parallel requests on any number of nodes never share a point. */
const CONSUME = `INSERT INTO rate_limits (key, points, expires_at) VALUES (?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET
    points = CASE WHEN rate_limits.expires_at <= ? THEN excluded.points ELSE rate_limits.points + excluded.points END,
    expires_at = CASE WHEN rate_limits.expires_at <= ? THEN excluded.expires_at ELSE rate_limits.expires_at END
  RETURNING points, expires_at`;

/** Keeps the counters of rate-limiter-flexible in our database, through the unit of work. */
export class DatabaseLimiter extends RateLimiterStoreAbstract {
  constructor(
    options: { keyPrefix: string; points: number; duration: number },
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {
    super({ ...options, storeClient: unitOfWork });
  }

  /** Called by the library: the counter after adding the points. */
  protected async _upsert(key: string, points: number, duration: number): Promise<StoredLimit> {
    const now = this.clock.now();
    const rows = await this.unitOfWork.run((transaction) =>
      transaction.query<StoredLimit>(CONSUME, [key, points, now + duration, now, now]),
    );
    return rows[0]!;
  }

  /** Called by the library: forgets a counter. */
  protected _delete(key: string): Promise<boolean> {
    return this.unitOfWork.run(
      async (transaction) => (await transaction.change('DELETE FROM rate_limits WHERE key = ?', [key])) > 0,
    );
  }

  /** Called by the library: what the counter means. */
  protected _getRateLimiterRes(_key: string, changed: number, stored: StoredLimit): RateLimiterRes {
    const consumed = Number(stored.points);
    return new RateLimiterRes(
      Math.max(this.points - consumed, 0),
      Number(stored.expires_at) - this.clock.now(),
      consumed,
      consumed === changed,
    );
  }
}
