import { Body, Controller, Headers, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { RequestOrigin } from '../../audit/audit-event';
import { withEntityTag } from '../../http/entity-tag';
import { type Page, pageInMemory, PageQuery } from '../../http/page';
import type { TrustedIssuer } from '../../trusted-issuers/trusted-issuer';
import { Administration, Administrator } from '../administration.decorator';
import {
  ChangeOperation,
  ListOperation,
  ReadOperation,
  RegisterOperation,
  RemoveOperation,
} from '../registration-operations';
import { AdministeredTrustedIssuers } from './administered-trusted-issuers';
import { A_REGISTRATION, A_TRUSTED_ISSUER, A_TRUSTED_ISSUER_PAGE } from './trusted-issuer-documentation';
import { NewTrustedIssuerDto, TrustedIssuerChangeDto } from './trusted-issuer.dto';
import { TrustedIssuerView, viewOf } from './trusted-issuer.view';

/** Servers of others that may vouch for people to clients, or for programs that register themselves. Their names are URLs, and stand percent-encoded in the path. */
@Administration()
@Controller('admin/trusted-issuers')
export class AdminTrustedIssuersController {
  constructor(private readonly issuers: AdministeredTrustedIssuers) {}

  /** All trusted issuers. */
  @ListOperation({
    summary: 'List trusted issuers',
    description: 'In the order of their names.',
    answerPageOf: TrustedIssuerView,
    answerExample: A_TRUSTED_ISSUER_PAGE,
  })
  async list(@Query() query: PageQuery): Promise<Page<TrustedIssuerView>> {
    return pageInMemory(await this.issuers.list(), query, ({ issuer }) => issuer, viewOf);
  }

  /** Trusts an issuer. */
  @RegisterOperation({
    summary: 'Trust an issuer',
    description:
      'It speaks of nobody until its subjects are linked to people, and to no client that is not named; its software statements count where `software_statements` says so.',
    answer: TrustedIssuerView,
    answerExample: A_TRUSTED_ISSUER,
    bodyExample: A_REGISTRATION,
  })
  async register(
    @Body() body: NewTrustedIssuerDto,
    @Administrator() by: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TrustedIssuerView> {
    const trusted = await this.issuers.register(body, by);
    void reply.header('Location', `/admin/trusted-issuers/${encodeURIComponent(trusted.issuer)}`);
    return tagged(trusted, reply);
  }

  /** One trusted issuer. */
  @ReadOperation({
    summary: 'Read a trusted issuer',
    answer: TrustedIssuerView,
    answerExample: A_TRUSTED_ISSUER,
  })
  async read(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<TrustedIssuerView> {
    return tagged(await this.issuers.read(id), reply);
  }

  /** Changes what an issuer is trusted with. */
  @ChangeOperation({
    summary: 'Change what an issuer is trusted with',
    description: 'Tokens from before are good until they expire.',
    answer: TrustedIssuerView,
    answerExample: A_TRUSTED_ISSUER,
    bodyExample: { jwks: null, jwks_uri: 'https://directory.example.com/keys' },
  })
  async change(
    @Param('id') id: string,
    @Body() body: TrustedIssuerChangeDto,
    @Headers('if-match') ifMatch: string | undefined,
    @Administrator() by: RequestOrigin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TrustedIssuerView> {
    return tagged(await this.issuers.change(id, body, ifMatch, by), reply);
  }

  /** Trusts an issuer no longer. */
  @RemoveOperation({
    summary: 'Trust an issuer no longer',
    description: 'Its links go, and all tokens that were given on its word are taken back.',
  })
  async remove(
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Administrator() by: RequestOrigin,
  ): Promise<void> {
    await this.issuers.remove(id, ifMatch, by);
  }
}

function tagged(trusted: TrustedIssuer, reply: FastifyReply): TrustedIssuerView {
  return withEntityTag(reply, trusted.revision, viewOf(trusted));
}
