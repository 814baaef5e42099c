import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { Sweeper } from '../database/sweeper';
import { UnitOfWork } from '../database/unit-of-work';
import { DatabaseLimiter } from './database-limiter';
import { LeasedLimit, type Permission, type Refusal } from './leased-limit';
import { RateCounters } from './rate-counters';

/** What a limit is. */
export interface LimitDefinition {
  readonly name: string;
  /** Requests in a window. */
  readonly points: number;
  /** Length of a window, in seconds. */
  readonly seconds: number;
  /** Points taken from the database at once, see {@link LeasedLimit}. */
  readonly lease?: number;
}

/** A limit for one kind of request, by whatever key tells requests apart. */
export class RateLimit {
  constructor(
    readonly name: string,
    private readonly limit: LeasedLimit,
  ) {}

  /** Uses one point. @param key an address, an account…; only its digest is stored */
  consume(key: string): Permission | Promise<Permission> {
    return this.limit.consume(key);
  }

  /** The refusal of a key that this node knows to have none left, without a look at the database. */
  knownRefusal(key: string): Refusal | undefined {
    return this.limit.knownRefusal(key);
  }

  /** Gives a point back. */
  refund(key: string): void {
    this.limit.refund(key);
  }
}

/** Makes the limits; their counters are in the database, shared by all nodes. */
@Injectable()
export class RateLimits {
  private readonly counters: RateCounters;

  constructor(
    unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    sweeper: Sweeper,
  ) {
    this.counters = new RateCounters(unitOfWork, clock);
    sweeper.register({ table: 'rate_limits', primaryKey: 'key' });
  }

  /** @returns the limit of that definition */
  define({ name, points, seconds, lease = 1 }: LimitDefinition): RateLimit {
    const limiter = new DatabaseLimiter({ name, points, seconds }, this.counters, this.clock);
    return new RateLimit(name, new LeasedLimit(limiter, this.clock, lease));
  }
}
