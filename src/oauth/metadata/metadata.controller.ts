import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { SETTINGS, type Settings } from '../../config/settings';
import { Undocumented } from '../../http/describe-operation.decorator';
import { Problem } from '../../http/problem';
import { sendRepresentation } from '../../http/representation';
import { MetadataDocuments } from './metadata-documents';

/** How long clients may keep the documents, in seconds: scopes may be added at any time. */
export const METADATA_CACHING = 'public, max-age=300';

/**
 * Where the server describes itself. Of an issuer with a path the documents are also there where RFC 8414 §3 and RFC 9728 §3 insert the well-known
 * path before it; some clients look there, others behind the path.
 */
@Public()
@Undocumented('for clients, which know the format')
@Controller('.well-known')
export class MetadataController {
  private readonly path: string;

  constructor(
    private readonly documents: MetadataDocuments,
    @Inject(SETTINGS) { issuer }: Settings,
  ) {
    const { pathname } = new URL(issuer);
    this.path = pathname === '/' ? '' : pathname.slice(1);
  }

  /** Authorization server metadata (RFC 8414 §3), under both of its names. */
  @Get(['oauth-authorization-server', 'openid-configuration'])
  async authorizationServer(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendRepresentation((await this.documents.get()).authorizationServer, METADATA_CACHING, request, reply);
  }

  /** The same with the path of the issuer behind (RFC 8414 §3.1). */
  @Get(['oauth-authorization-server/*', 'openid-configuration/*'])
  async authorizationServerOfPath(
    @Param('*') path: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.assertOwn(path);
    await this.authorizationServer(request, reply);
  }

  /** Protected resource metadata (RFC 9728 §3). */
  @Get('oauth-protected-resource')
  async protectedResource(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendRepresentation((await this.documents.get()).protectedResource, METADATA_CACHING, request, reply);
  }

  /** The same with the path of the resource behind (RFC 9728 §3.1). */
  @Get('oauth-protected-resource/*')
  async protectedResourceOfPath(
    @Param('*') path: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.assertOwn(path);
    await this.protectedResource(request, reply);
  }

  private assertOwn(path: string): void {
    if (path !== this.path) throw new Problem('not_found');
  }
}
