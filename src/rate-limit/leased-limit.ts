import { LRUCache } from 'lru-cache';
import type { Clock } from '../config/clock';
import { sha256 } from '../crypto/digest';
import type { DatabaseLimiter } from './database-limiter';

/** How many keys one limit remembers on this node; a forgotten one is asked of the database again. */
const REMEMBERED_KEYS = 10_000;

/** No: `first` is true for the first refusal that this node gives for the key in the present window. */
export interface Refusal {
  readonly allowed: false;
  readonly retryAfterSeconds: number;
  readonly first: boolean;
}

/** What a request is told. */
export type Permission = { readonly allowed: true } | Refusal;

const ALLOWED: Permission = { allowed: true };

interface Lease {
  remaining: number;
  expiresAt: number;
  refused: boolean;
}

/**
 * A limit whose points are taken from the database a lease at a time.
 *
 * The database counts every point before it is used, so that the limit holds over all nodes and survives a restart; a lease of more
 * than one point spares a hot limit the write for each request, at the price that points leased by a node that stops are lost.
 */
export class LeasedLimit {
  /** Made with the first lease: there are dozens of limits, and most are never used. */
  private leases?: LRUCache<string, Lease>;
  private readonly asking = new Map<string, Promise<void>>();

  /** @param lease points taken at once; 1 counts every request in the database before it goes on */
  constructor(
    private readonly limiter: DatabaseLimiter,
    private readonly clock: Clock,
    private readonly lease: number,
  ) {}

  /** Uses one point of this key's window; a promise only where the database has to be asked. */
  consume(key: string): Permission | Promise<Permission> {
    return this.decide(key) ?? this.askAndDecide(key);
  }

  /** The refusal of a key whose window is known here to be used up; asks nobody and uses nothing up. */
  knownRefusal(key: string): Refusal | undefined {
    const lease = this.current(key);
    return lease !== undefined && lease.remaining < 0 ? this.refuse(lease) : undefined;
  }

  /** Gives a point back that was used for something which should not count after all. */
  refund(key: string): void {
    const lease = this.current(key);
    if (lease !== undefined) lease.remaining = Math.max(lease.remaining, 0) + 1;
  }

  private decide(key: string): Permission | undefined {
    const lease = this.current(key);
    if (lease === undefined || lease.remaining === 0) return undefined;
    if (lease.remaining < 0) return this.refuse(lease);
    lease.remaining--;
    return ALLOWED;
  }

  private async askAndDecide(key: string): Promise<Permission> {
    for (;;) {
      await this.ask(key);
      const permission = this.decide(key);
      if (permission !== undefined) return permission;
    }
  }

  private refuse(lease: Lease): Refusal {
    const first = !lease.refused;
    lease.refused = true;
    return {
      allowed: false,
      retryAfterSeconds: Math.max(1, Math.ceil((lease.expiresAt - this.clock.now()) / 1_000)),
      first,
    };
  }

  private current(key: string): Lease | undefined {
    const lease = this.leases?.get(key);
    if (lease === undefined || lease.expiresAt > this.clock.now()) return lease;
    this.leases?.delete(key);
    return undefined;
  }

  /** One question at a time for a key; those who come meanwhile wait for its answer and look again. */
  private async ask(key: string): Promise<void> {
    let question = this.asking.get(key);
    if (question === undefined) {
      question = this.takeLease(key).finally(() => this.asking.delete(key));
      this.asking.set(key, question);
    }
    await question;
  }

  private async takeLease(key: string): Promise<void> {
    const { granted, expiresAt } = await this.limiter.take(sha256(key), this.lease);
    const left = Math.max(this.current(key)?.remaining ?? 0, 0) + granted; // points may have been given back meanwhile
    this.leases ??= new LRUCache({ max: REMEMBERED_KEYS });
    this.leases.set(key, { remaining: left > 0 ? left : -1, expiresAt, refused: false });
  }
}
