import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isPublicClient, isUnchecked } from '../../clients/client';
import { SETTINGS, type Settings } from '../../config/settings';
import { addressBucket } from '../../http/client-address';
import { headerValues } from '../../http/header-values';
import { pathOf } from '../../http/problem-response';
import { DPOP_HEADER, DPOP_NONCE_HEADER, type PresentedProof } from '../../protocol/dpop';
import { type Attempt, Attempts } from '../../rate-limit/attempts';
import { type RateLimit, RateLimits } from '../../rate-limit/rate-limits';
import { DpopNonces } from '../../sender-constraint/dpop-nonces';
import { DpopProofs, type ProvenKey } from '../../sender-constraint/dpop-proofs';
import type { Confirmation } from '../../tokens/issue-order';
import type { AuthenticatedRequest } from '../client-authentication/endpoint-requests';
import type { SenderProof } from '../token-endpoint/sender-proofs';

/**
 * Good proofs of strangers from one address in five minutes, as many as refreshes from there: each leaves a row until it would be too old anyway, and
 * whoever names a public client makes as many as they like (RFC 9449 §11.1, DOS-05).
 */
const MOST_OF_ADDRESS = 6_000;
const WINDOW = 300;
const LEASE = 120;

/** Of a client that an administrator has admitted, and that has proved who it is. */
const NOT_COUNTED: Attempt = { succeeded: () => undefined };

/** The proof of a client at the endpoints of the authorization server (RFC 9449 §5, §10.1). */
@Injectable()
export class DpopSenderProof implements SenderProof {
  private readonly ofAddress: RateLimit;

  constructor(
    private readonly proofs: DpopProofs,
    private readonly nonces: DpopNonces,
    private readonly attempts: Attempts,
    limits: RateLimits,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.ofAddress = limits.define({ name: 'dpop.address', points: MOST_OF_ADDRESS, seconds: WINDOW, lease: LEASE });
  }

  async confirm(
    sender: AuthenticatedRequest,
    { raw, method }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Confirmation | null> {
    const headers = headerValues(raw.rawHeaders, DPOP_HEADER);
    if (headers.length === 0) return null;
    // RFC 9449 §8.2: with each answer comes the nonce for the next proof.
    void reply.header(DPOP_NONCE_HEADER, this.nonces.give());
    const url = `${this.settings.issuer}${pathOf(raw.url) ?? ''}`;
    return this.verify({ headers, method, url }, sender);
  }

  private async verify(presented: PresentedProof, sender: AuthenticatedRequest): Promise<ProvenKey> {
    const counted = await this.count(sender);
    try {
      return await this.proofs.verify(presented, null);
    } catch (error) {
      counted.succeeded(); // given back: a proof that is not good, or lacks the nonce, leaves nothing behind
      throw error;
    }
  }

  private count({ client, origin }: AuthenticatedRequest): Promise<Attempt> | Attempt {
    if (!isPublicClient(client) && !isUnchecked(client)) return NOT_COUNTED;
    return this.attempts.begin([[this.ofAddress, addressBucket(origin.address)]], origin);
  }
}
