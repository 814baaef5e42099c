import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Confirmation } from '../../tokens/issue-order';

/** A way in which the sender of a request proves possession of a key, for tokens that are bound to it. */
export interface SenderProof {
  /**
   * The key that was proved; null where the sender proves none.
   * @throws {OAuthError} where it tries, and the proof is not good
   */
  confirm(request: FastifyRequest, reply: FastifyReply): Promise<Confirmation | null>;
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
   * @throws {OAuthError} where a proof is not good
   */
  async confirm(request: FastifyRequest, reply: FastifyReply): Promise<Confirmation | null> {
    for (const proof of this.proofs) {
      const confirmation = await proof.confirm(request, reply);
      if (confirmation !== null) return confirmation;
    }
    return null;
  }
}
