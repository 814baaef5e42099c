import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../http/problem';
import { sendProblem } from '../../http/problem-response';
import { representationOf, sendRepresentation } from '../../http/representation';
import { protectedResourceMetadata } from '../../http/resource-metadata';
import { DPOP_ALGORITHMS } from '../../protocol/dpop';
import { Public } from '../public.decorator';
import { RESOURCE_SERVER_TERMS, type ResourceServerTerms } from '../resource-server-options';
import { ScopeRegistry } from '../scope-registry';

/** How long clients may keep the document, in seconds. */
const CACHING = 'public, max-age=300';

/** Where a resource server elsewhere describes itself (RFC 9728 §3), at the root and with the path of its identifier behind (§3.1). */
@Public()
@Controller('.well-known')
export class ResourceMetadataController {
  private readonly path: string;

  constructor(
    private readonly scopes: ScopeRegistry,
    @Inject(RESOURCE_SERVER_TERMS) private readonly terms: ResourceServerTerms,
  ) {
    this.path = new URL(terms.audience).pathname.slice(1);
  }

  @Get('oauth-protected-resource')
  describe(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const { audience: resource, issuer, name } = this.terms;
    const scopes = this.scopes.all().map((scope) => scope.name);
    const document = {
      ...protectedResourceMetadata({ resource, issuer, scopes, name }),
      dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
    };
    // RFC 9728 §3: any client may read it, from whatever origin.
    void reply.header('access-control-allow-origin', '*');
    sendRepresentation(representationOf(JSON.stringify(document), 'application/json'), CACHING, request, reply);
  }

  @Get('oauth-protected-resource/*')
  describeAtPath(@Param('*') path: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    if (path === this.path) this.describe(request, reply);
    else sendProblem(new Problem('not_found'), this.terms.issuer, request, reply);
  }
}
