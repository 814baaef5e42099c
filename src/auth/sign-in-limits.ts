import { Inject, Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { SETTINGS, type Settings } from '../config/settings';
import { addressBucket } from '../http/client-address';
import { type Attempt, Attempts, type Counted } from '../rate-limit/attempts';
import { type RateLimit, RateLimits } from '../rate-limit/rate-limits';

/** Both in seconds. */
const FIVE_MINUTES = 300;
const ONE_HOUR = 3_600;

/** Points of a busy limit taken from the database at once: a small part of it, so that what a stopping node loses is small. */
function leaseOf(points: number): number {
  return Math.max(1, Math.min(1_000, Math.floor(points / 50)));
}

/**
 * The limits of signing in, registering and refreshing. Points are used before a password is looked at, so that parallel attempts
 * cannot overrun a limit, and given back when it was right: only failures count.
 *
 * Nobody can be locked out for good: a person's own address, one they have signed in from, is counted apart from all others, so
 * that a stranger's failures never use up the owner's attempts.
 */
@Injectable()
export class SignInLimits {
  private readonly account: RateLimit;
  private readonly accountAtAddress: RateLimit;
  private readonly address: RateLimit;
  private readonly total: RateLimit;
  private readonly sessions: RateLimit;
  private readonly registrationAddress: RateLimit;
  private readonly registrationTotal: RateLimit;
  private readonly refreshAccount: RateLimit;
  private readonly refreshAddress: RateLimit;
  private readonly refreshTotal: RateLimit;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    limits: RateLimits,
    private readonly attempts: Attempts,
  ) {
    const points = settings.rateLimits;
    const define = (name: string, allowed: number, seconds: number, lease = 1) =>
      limits.define({ name, points: allowed, seconds, lease });
    this.account = define('sign-in.account', points.loginPerAccount, FIVE_MINUTES);
    this.accountAtAddress = define('sign-in.known-address', points.loginPerAccount, FIVE_MINUTES);
    this.address = define('sign-in.address', points.loginPerAddress, FIVE_MINUTES);
    this.total = define('sign-in.total', points.loginTotal, FIVE_MINUTES, leaseOf(points.loginTotal));
    this.sessions = define('sign-in.session', points.sessionsPerAccount, ONE_HOUR);
    this.registrationAddress = define('registration.address', points.registrationPerAddress, ONE_HOUR);
    this.registrationTotal = define(
      'registration.total',
      points.registrationTotal,
      ONE_HOUR,
      leaseOf(points.registrationTotal),
    );
    this.refreshAccount = define(
      'refresh.account',
      points.refreshPerAccount,
      FIVE_MINUTES,
      leaseOf(points.refreshPerAccount),
    );
    this.refreshAddress = define(
      'refresh.address',
      points.refreshPerAddress,
      FIVE_MINUTES,
      leaseOf(points.refreshPerAddress),
    );
    this.refreshTotal = define('refresh.total', points.refreshTotal, FIVE_MINUTES, leaseOf(points.refreshTotal));
  }

  /**
   * Before a password is checked. @param knownAddress whether the person has signed in from this address before
   * @throws {Problem} rate_limited
   */
  signIn(login: string, origin: RequestOrigin, knownAddress: boolean): Promise<Attempt> {
    const address = addressBucket(origin.address);
    const counted: Counted[] = knownAddress
      ? [[this.accountAtAddress, `${login} ${address}`]]
      : [
          [this.account, login],
          [this.address, address],
          [this.total, ''],
        ];
    return this.attempts.begin(counted, origin);
  }

  /** Before a session is begun, for somebody whose password was right: each leaves rows behind. @throws {Problem} rate_limited */
  session(userId: string, origin: RequestOrigin): Promise<Attempt> {
    return this.attempts.begin([[this.sessions, userId]], origin);
  }

  /** Before somebody is registered, or takes another e-mail address. @throws {Problem} rate_limited */
  registration(origin: RequestOrigin): Promise<Attempt> {
    return this.attempts.begin(
      [
        [this.registrationAddress, addressBucket(origin.address)],
        [this.registrationTotal, ''],
      ],
      origin,
    );
  }

  /**
   * Before a refresh token is used. What this server has not made counts for its sender alone: it must not use up what all share.
   * @param userId whose token it is; null where it is none of ours
   * @throws {Problem} rate_limited
   */
  refresh(userId: string | null, origin: RequestOrigin): Promise<Attempt> {
    const ofSender: Counted = [this.refreshAddress, addressBucket(origin.address)];
    const counted: Counted[] =
      userId === null ? [ofSender] : [ofSender, [this.refreshTotal, ''], [this.refreshAccount, userId]];
    return this.attempts.begin(counted, origin);
  }
}
