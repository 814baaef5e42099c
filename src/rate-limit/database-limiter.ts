import type { Clock } from '../config/clock';
import type { RateCounters } from './rate-counters';

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
    private readonly counters: RateCounters,
    private readonly clock: Clock,
  ) {
    this.duration = limit.seconds * 1_000;
  }

  /** Takes as many of these points as are left. */
  async take(key: string, points: number): Promise<Taken> {
    const endsAt = this.clock.now() + this.duration;
    const counter = await this.counters.add({ key: `${this.limit.name}:${key}`, points, endsAt });
    const left = this.limit.points - (Number(counter.points) - points);
    return { granted: Math.max(0, Math.min(points, left)), expiresAt: Number(counter.expires_at) };
  }
}
