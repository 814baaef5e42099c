import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Confirmation } from '../../tokens/issue-order';
import type { AuthenticatedRequest } from '../client-authentication/endpoint-requests';

/** A way in which the sender of a request proves possession of a key, for tokens that are bound to it. */
export interface SenderProof {
  /**
   * The key that was proved; null where the sender proves none.
   * @param sender whose request it is
   * @throws {OAuthError} where it tries, and the proof is not good
   * @throws {Problem} rate_limited
   */
  confirm(sender: AuthenticatedRequest, request: FastifyRequest, reply: FastifyReply): Promise<Confirmation | null>;
}

/** The ways that are switched on. */
@Injectable()
export class SenderProofs {
  private readonly proofs: SenderProof[] = [];

  /** Adds a way. */
  register(proof: SenderProof): void {
    this.proofs.push(proof);
  }

  /**
   * The key of the sender of a request; null where it proves none.
   * @param sender whose request it is
   * @throws {OAuthError} where a proof is not good
   * @throws {Problem} rate_limited
   */
  async confirm(
    sender: AuthenticatedRequest,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Confirmation | null> {
    for (const proof of this.proofs) {
      const confirmation = await proof.confirm(sender, request, reply);
      if (confirmation !== null) return confirmation;
    }
    return null;
  }
}
