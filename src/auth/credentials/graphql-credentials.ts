import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DPOP_NONCE_HEADER, type PresentedProof } from '../../protocol/dpop';
import type { Carrier } from '../authentication';
import type { Credential, CredentialExtractor } from './credential';
import type { HttpCredentials } from './http-credentials';

/** What resolvers share, as the drivers of Nest make it. */
interface GraphqlContext {
  readonly req?: FastifyRequest;
  readonly reply?: FastifyReply;
}

/** Takes the token of a resolver from the HTTP request that its operation came with. */
export class GraphqlCredentials implements CredentialExtractor {
  readonly contextType = 'graphql';

  constructor(private readonly http: HttpCredentials) {}

  /** @throws {Error} where the operation came with no HTTP request: it stays closed */
  carrierOf(context: ExecutionContext): Carrier {
    const { req } = contextOf(context);
    if (req === undefined) throw new Error('The GraphQL context has no request as `req`.');
    return req;
  }

  accessToken(carrier: Carrier): Credential | null {
    return this.http.accessToken(carrier);
  }

  refreshToken(): null {
    return null;
  }

  proof(carrier: Carrier): PresentedProof {
    return this.http.proof(carrier);
  }

  offerNonce(context: ExecutionContext, nonce: string): void {
    void contextOf(context).reply?.header(DPOP_NONCE_HEADER, nonce);
  }

  admitted(): undefined {
    return undefined;
  }

  refused(): void {
    return;
  }

  assertIntended(carrier: Carrier, sessionId: string | undefined): void {
    this.http.assertIntended(carrier, sessionId);
  }
}

function contextOf(context: ExecutionContext): GraphqlContext {
  return context.getArgByIndex<GraphqlContext | undefined>(2) ?? {};
}
