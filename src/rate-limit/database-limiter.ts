import type { Clock } from '../config/clock';
import type { UnitOfWork } from '../database/unit-of-work';
import type { RateLimit } from './rate-limit.entity';

/** Counts and adds up in one statement, so that parallel requests on any number of nodes never share a point. */
const CONSUME = `INSERT INTO rate_limits (key, points, expires_at) VALUES (?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET
    points = CASE WHEN rate_limits.expires_at <= ? THEN excluded.points ELSE rate_limits.points + excluded.points END,
    expires_at = CASE WHEN rate_limits.expires_at <= ? THEN excluded.expires_at ELSE rate_limits.expires_at END
  RETURNING points, expires_at`;

/** What was left of a window's points. */
export interface Taken {
  /** How many of the points asked for were left. */
  readonly granted: number;
  /** End of the window, epoch milliseconds. */
  readonly expiresAt: number;
}

/** Counts points in fixed windows, in the database. */
export class DatabaseLimiter {
  private readonly duration: number;

  /** @param limit points in a window of so many seconds; `name` keeps its keys apart from those of other limits */
  constructor(
    private readonly limit: { readonly name: string; readonly points: number; readonly seconds: number },
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {
    this.duration = limit.seconds * 1_000;
  }

  /** Takes as many of these points as are left. */
  async take(key: string, points: number): Promise<Taken> {
    const now = this.clock.now();
    const parameters = [`${this.limit.name}:${key}`, points, now + this.duration, now, now];
    const rows = await this.unitOfWork.run((transaction) =>
      transaction.query<Pick<RateLimit, 'points' | 'expires_at'>>(CONSUME, parameters),
    );
    const { points: used, expires_at: expiresAt } = rows[0]!;
    const left = this.limit.points - (Number(used) - points);
    return { granted: Math.max(0, Math.min(points, left)), expiresAt: Number(expiresAt) };
  }
}
