import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import type { Permission, Refusal } from './leased-limit';
import type { RateLimit } from './rate-limits';

/** One limit and the key under which a request counts. */
export type Counted = readonly [limit: RateLimit, key: string];

/** Points that were used before something was tried; given back if it went well. */
export interface Attempt {
  succeeded(): void;
}

/** Lets requests through that several limits count at once: each has to have a point left. */
@Injectable()
export class Attempts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Uses a point of each limit; where one has none left, of none.
   * @throws {Problem} rate_limited
   */
  async begin(counted: readonly Counted[], origin: RequestOrigin): Promise<Attempt> {
    // Whoever is refused already leaves no row for each name that they make up (DOS-06).
    for (const [limit, key] of counted) {
      const refusal = limit.knownRefusal(key);
      if (refusal !== undefined) return this.refuse(limit, refusal, origin);
    }
    const consumed = counted.map(([limit, key]) => limit.consume(key));
    const permissions = await settled(consumed);
    const refund = () => {
      permissions.forEach((permission, index) => {
        const [limit, key] = counted[index]!;
        if (permission.allowed) limit.refund(key);
      });
    };
    const refusedAt = permissions.findIndex((permission) => !permission.allowed);
    if (refusedAt === -1) return { succeeded: refund };
    refund(); // an attempt that is refused by one limit is not held against the others
    const refusal = permissions[refusedAt]!;
    if (refusal.allowed) throw new Error('unreachable');
    return this.refuse(counted[refusedAt]![0], refusal, origin);
  }

  private async refuse(limit: RateLimit, refusal: Refusal, origin: RequestOrigin): Promise<never> {
    if (refusal.first) await this.recordRefusal(limit.name, origin);
    const headers = { 'Retry-After': String(refusal.retryAfterSeconds) };
    throw new Problem('rate_limited', { detail: `Try again in ${refusal.retryAfterSeconds} s.`, headers });
  }

  /** Once a window and node, so that a flood of requests does not become a flood of events. */
  private recordRefusal(limit: string, origin: RequestOrigin): Promise<void> {
    return this.unitOfWork.run((transaction) =>
      this.audit.record(transaction, { type: 'rate-limit.exceeded', outcome: 'failure', origin, detail: { limit } }),
    );
  }
}

/** Waits only where there is something to wait for. */
function settled(
  permissions: readonly (Permission | Promise<Permission>)[],
): readonly Permission[] | Promise<Permission[]> {
  const isSettled = (one: Permission | Promise<Permission>): one is Permission => 'allowed' in one;
  return permissions.every(isSettled) ? permissions : Promise.all(permissions.map((one) => Promise.resolve(one)));
}
