import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../config/clock';
import { equalInConstantTime, hmacSha256 } from '../crypto/digest';
import { NonceKey } from './nonce-key';

/** How long a nonce is given out, in milliseconds; it is good for as long again. */
const PERIOD = 300_000;

/** The longest that a nonce can be good, in milliseconds. */
export const LONGEST_NONCE = 2 * PERIOD;

/**
 * Nonces for proofs (RFC 9449 §8, §9): a keyed digest of the time. Nothing is kept of them (DPP-07), and every node knows those of the others. As
 * authorization server and as resource server this server gives the same: clients keep one nonce for each origin. Deviation: where both are one server,
 * RFC 9449 §9 lets their nonces differ.
 */
@Injectable()
export class DpopNonces implements OnModuleInit {
  private key: Buffer = Buffer.alloc(0);
  private current: { readonly period: number; readonly nonce: string } | undefined;

  constructor(
    private readonly secret: NonceKey,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    this.key = await this.secret.read();
  }

  /** The nonce to use from now on. */
  give(): string {
    const period = this.period();
    if (this.current?.period !== period) this.current = { period, nonce: this.nonceOf(period) };
    return this.current.nonce;
  }

  /** Whether this server has given a nonce, not too long ago. */
  isGood(nonce: string): boolean {
    const presented = Buffer.from(nonce);
    const period = this.period();
    // Both are compared: which of them it is, is nobody's business.
    return (
      [period, period - 1].filter((at) => equalInConstantTime(presented, Buffer.from(this.nonceOf(at)))).length > 0
    );
  }

  private period(): number {
    return Math.floor(this.clock.now() / PERIOD);
  }

  private nonceOf(period: number): string {
    return hmacSha256(this.key, String(period)).subarray(0, 18).toString('base64url');
  }
}
