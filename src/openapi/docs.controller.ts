import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/public.decorator';
import { Undocumented } from '../http/describe-operation.decorator';
import { Problem } from '../http/problem';
import { representationOf, sendRepresentation } from '../http/representation';
import { ApiDocument } from './api-document';
import { DocsClient } from './docs-client';
import { type PageFiles, readPageFiles, versionOf } from './page-files';
import { type DocsPage, PAGE_POLICY, renderPage, RETURN_PAGE } from './swagger-page';

/** A name with its version never changes what it stands for. */
const FOR_GOOD = 'public, max-age=31536000, immutable';

/** To be asked for again each time, which the entity tag makes cheap. */
const ASK_AGAIN = 'no-cache';

/** The API documentation: OpenAPI for programs, Swagger UI for people. */
@Public()
@Undocumented('the documentation itself')
@Controller()
export class DocsController {
  private reading: Promise<PageFiles> | undefined;

  constructor(
    private readonly apiDocument: ApiDocument,
    private readonly docsClient: DocsClient,
  ) {}

  /** The OpenAPI document. */
  @Get('docs-json')
  async document(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendRepresentation(await this.apiDocument.read(), ASK_AGAIN, request, reply);
  }

  /** Swagger UI. */
  @Get('docs')
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.sendPage({ folder: 'docs/', document: 'docs-json' }, request, reply);
  }

  /** Where people come back to from signing in; the address holds their code. */
  @Get('docs/oauth2-redirect.html')
  signedIn(@Res() reply: FastifyReply): void {
    void reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(RETURN_PAGE);
  }

  /** A file of the page; without a name, under `/docs/`, the page once more. */
  @Get('docs/*')
  async file(
    @Param('*') name: string,
    @Query('v') version: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (name === '') return this.sendPage({ folder: '', document: '../docs-json' }, request, reply);
    const file = (await this.files()).get(name);
    if (file === undefined) throw new Problem('not_found');
    sendRepresentation(file, version === versionOf(file) ? FOR_GOOD : ASK_AGAIN, request, reply);
  }

  private async sendPage(place: Omit<DocsPage, 'signIn'>, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const files = await this.files();
    const version = (name: string) => versionOf(files.get(name)!);
    void reply.header('content-security-policy', PAGE_POLICY);
    const page = renderPage({ ...place, signIn: this.docsClient.signIn() }, version);
    sendRepresentation(representationOf(page, 'text/html; charset=utf-8'), ASK_AGAIN, request, reply);
  }

  private files(): Promise<PageFiles> {
    return (this.reading ??= readPageFiles().catch((error: unknown) => {
      this.reading = undefined;
      throw error;
    }));
  }
}
