import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log';
import { UnitOfWork } from '../../database/unit-of-work';
import { addressBucket } from '../../http/client-address';
import { Problem } from '../../http/problem';
import type { InvalidClient } from '../../protocol/request-errors';
import { type RateLimit, RateLimits } from '../../rate-limit/rate-limits';
import type { AuthenticationRequest } from './client-authentication-method';

/** Failures from one address in five minutes (the window, in seconds), after which they are answered with 429. */
const MOST_FAILURES = 100;
const WINDOW = 300;

/**
 * Slows down whoever tries out credentials. Only failures count, and only they are refused: a secret of 256 bits is checked faster than a limit, so
 * that the right one lets its client in whatever strangers do (TOK-14).
 */
@Injectable()
export class ClientAuthenticationFailures {
  private readonly limit: RateLimit;

  constructor(
    limits: RateLimits,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditLog,
  ) {
    this.limit = limits.define({ name: 'client-authentication', points: MOST_FAILURES, seconds: WINDOW, lease: 2 });
  }

  /** @throws {Problem} rate_limited after too many failures from the same address */
  async note({ origin }: AuthenticationRequest, { detail, message }: InvalidClient): Promise<void> {
    const permission = await this.limit.consume(addressBucket(origin.address));
    if (permission.allowed || permission.first) {
      await this.unitOfWork.run((transaction) =>
        this.audit.record(transaction, {
          type: permission.allowed ? 'client.authentication-failed' : 'rate-limit.exceeded',
          outcome: 'failure',
          origin,
          detail: permission.allowed ? { reason: detail ?? message } : { limit: this.limit.name },
        }),
      );
    }
    if (permission.allowed) return;
    throw new Problem('rate_limited', { headers: { 'Retry-After': String(permission.retryAfterSeconds) } });
  }
}
