import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../../config/settings';
import { headerValues } from '../../http/header-values';
import { pathOf } from '../../http/problem-response';
import { DPOP_HEADER, DPOP_NONCE_HEADER } from '../../protocol/dpop';
import { DpopNonces } from '../../sender-constraint/dpop-nonces';
import { DpopProofs } from '../../sender-constraint/dpop-proofs';
import type { Confirmation } from '../../tokens/issue-order';
import type { SenderProof } from '../token-endpoint/sender-proofs';

/** The proof of a client at the endpoints of the authorization server (RFC 9449 §5, §10.1). */
@Injectable()
export class DpopSenderProof implements SenderProof {
  constructor(
    private readonly proofs: DpopProofs,
    private readonly nonces: DpopNonces,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async confirm({ raw, method }: FastifyRequest, reply: FastifyReply): Promise<Confirmation | null> {
    const headers = headerValues(raw.rawHeaders, DPOP_HEADER);
    if (headers.length === 0) return null;
    // RFC 9449 §8.2: with each answer comes the nonce for the next proof.
    void reply.header(DPOP_NONCE_HEADER, this.nonces.give());
    const url = `${this.settings.issuer}${pathOf(raw.url) ?? ''}`;
    return this.proofs.verify({ headers, method, url }, null);
  }
}
