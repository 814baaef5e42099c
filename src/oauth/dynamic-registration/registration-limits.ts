import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import { addressBucket } from '../../http/client-address';
import { Attempts } from '../../rate-limit/attempts';
import { type RateLimit, RateLimits } from '../../rate-limit/rate-limits';

/** In seconds. */
const HOUR = 3_600;

/** Registrations in an hour with a good token, also those that are refused: from one address, and in all. */
const MOST_OF_ADDRESS = 60;
const MOST_IN_ALL = 1_000;

/** How often a client may look at its registration, or change it, in an hour. */
const MOST_OF_CLIENT = 120;

/** Bounds what clients that register themselves cost (DOS-06). Whoever has no good token is told so before anything counts. */
@Injectable()
export class RegistrationLimits {
  private readonly ofAddress: RateLimit;
  private readonly inAll: RateLimit;
  private readonly ofClient: RateLimit;

  constructor(
    private readonly attempts: Attempts,
    limits: RateLimits,
  ) {
    const define = (name: string, points: number) => limits.define({ name, points, seconds: HOUR });
    this.ofAddress = define('client-registration.address', MOST_OF_ADDRESS);
    this.inAll = define('client-registration.total', MOST_IN_ALL);
    this.ofClient = define('client-configuration', MOST_OF_CLIENT);
  }

  /** @throws {Problem} rate_limited */
  async countRegistration(origin: RequestOrigin): Promise<void> {
    const counted = [[this.ofAddress, addressBucket(origin.address)] as const, [this.inAll, ''] as const];
    await this.attempts.begin(counted, origin);
  }

  /** @throws {Problem} rate_limited */
  async countConfiguration(clientId: string, origin: RequestOrigin): Promise<void> {
    await this.attempts.begin([[this.ofClient, clientId]], origin);
  }
}
