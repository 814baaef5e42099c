import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock';
import { TemporarilyUnavailable } from '../../protocol/errors';
import type { UsedProofs } from '../../sender-constraint/used-proofs';

/** How many used proofs are remembered; each takes about two hundred bytes. */
const CAPACITY = 100_000;

/**
 * Remembers the used proofs of this process alone.
 *
 * Deviation: RFC 9449 §11.1 wants each proof to be good once. Where several processes answer for one resource server, each takes a proof once for as
 * long as it is fresh, about a minute. A store that they share, given as `usedProofs`, closes this.
 */
@Injectable()
export class ProofsOfThisProcess implements UsedProofs {
  private readonly used = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  async use(jkt: string, jti: string, expiresAt: number): Promise<boolean> {
    const proof = JSON.stringify([jkt, jti]);
    if (this.used.has(proof)) return false;
    if (this.used.size >= CAPACITY) this.forgetExpired();
    // Rather no new proof than an old one twice.
    if (this.used.size >= CAPACITY) throw new TemporarilyUnavailable('too many proofs to remember');
    this.used.set(proof, expiresAt);
    return true;
  }

  private forgetExpired(): void {
    const now = this.clock.now();
    for (const [proof, expiresAt] of this.used) if (expiresAt < now) this.used.delete(proof);
  }
}
