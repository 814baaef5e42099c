import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import { labelOf } from '../../clients/client';
import { Clock } from '../../config/clock';
import { addressBucket } from '../../http/client-address';
import { Attempts } from '../../rate-limit/attempts';
import { type RateLimit, RateLimits } from '../../rate-limit/rate-limits';
import { ClientDirectory } from '../client-authentication/client-directory';
import type { DeviceCode } from './device-code.entity';
import { DeviceCodeStore } from './device-code.store';
import { readUserCode } from './user-code';

/** In seconds. */
const FIVE_MINUTES = 300;

/** Codes in five minutes that no device waits with: from one address (somebody with clumsy fingers, or ten of them behind one), and in all. */
const MOST_OF_ADDRESS = 20;
const MOST_IN_ALL = 3_000;

/** What somebody typed turned out to be. */
export type EnteredCode =
  /** A device waits with it. */
  | { readonly outcome: 'waiting'; readonly userCode: string; readonly clientName: string }
  /** It has been decided on. */
  | { readonly outcome: 'decided' }
  | { readonly outcome: 'expired' }
  /** No device has it; or it cannot be a code at all. */
  | { readonly outcome: 'unknown' | 'malformed' };

/**
 * Looks up the codes that people enter, so seldom that nobody finds one by guessing (RFC 8628 §5.1).
 *
 * A code is one of 20^8 = 2.56 × 10^10. It waits for ten minutes, which touch three windows of five: 9,000 wrong codes are let through meanwhile over
 * all addresses, people and nodes. A certain device is found with a probability of 9,000 / 2.56 × 10^10 = 3.5 × 10^-7, less than 2^-21; from one
 * address, with 60 tries, 2.3 × 10^-9. Where a thousand devices wait at any moment, whoever has 150 networks and never stops needs 2.56 × 10^7
 * guesses at ten a second for the first: a month. All that they have then is the choice to let a stranger's device into *their own* account, which the
 * stranger sees.
 */
@Injectable()
export class UserCodeEntry {
  private readonly ofAddress: RateLimit;
  private readonly inAll: RateLimit;

  constructor(
    private readonly codes: DeviceCodeStore,
    private readonly clients: ClientDirectory,
    private readonly attempts: Attempts,
    private readonly clock: Clock,
    limits: RateLimits,
  ) {
    const wrong = { seconds: FIVE_MINUTES };
    this.ofAddress = limits.define({ ...wrong, name: 'user-code.address', points: MOST_OF_ADDRESS });
    this.inAll = limits.define({ ...wrong, name: 'user-code.total', points: MOST_IN_ALL, lease: 60 });
  }

  /** @throws {Problem} rate_limited after too many wrong codes */
  async look(typed: string, origin: RequestOrigin): Promise<EnteredCode> {
    const userCode = readUserCode(typed);
    if (userCode === null) return { outcome: 'malformed' };
    // Used before the code is looked up, so that parallel guesses cannot overrun the limit; given back for one that is right.
    const counted = [[this.ofAddress, addressBucket(origin.address)] as const, [this.inAll, ''] as const];
    const attempt = await this.attempts.begin(counted, origin);
    const found = await this.codes.find(userCode);
    const client = found === null ? null : await this.clients.find(found.client_id);
    if (found === null || client === null) return { outcome: 'unknown' };
    const outcome = stateOf(found, this.clock.now());
    if (outcome !== 'waiting') return { outcome };
    attempt.succeeded();
    return { outcome, userCode, clientName: labelOf(client) };
  }
}

/** What has become of a request. */
export function stateOf({ decision, valid_until: end }: DeviceCode, now: number): 'waiting' | 'decided' | 'expired' {
  if (decision !== null) return 'decided';
  return end <= now ? 'expired' : 'waiting';
}
