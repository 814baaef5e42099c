import { Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AccessToken, type Claims } from '../../auth/access-token.decorator';
import { AnyAudience } from '../../auth/any-audience.decorator';
import { RequireScopes } from '../../auth/require-scopes.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { InsufficientScope } from '../../protocol/errors';
import { OPENID_SCOPE } from '../openid/openid-request';
import { Userinfo } from './userinfo';

const DESCRIPTION = {
  summary: 'Read what the token lets its client know about the person',
  description: 'The claims that the scopes of the access token ask for (OpenID Connect Core §5.3).',
  answer: { sub: 'kX3m9dQ7TzWb2LrYv8cN1A', name: 'Alice', email: 'alice@example.com' },
  // OpenID Connect Core §5.3.2
  answerRequires: ['sub'],
};

/** UserInfo (OpenID Connect Core §5.3): by GET or POST, the access token in the header or in a form (RFC 6750 §2.1, §2.2). */
@AnyAudience()
@RequireScopes(OPENID_SCOPE)
@Controller('oauth')
export class UserinfoController {
  constructor(private readonly userinfo: Userinfo) {}

  /** The claims about the person of the access token. */
  @Get('userinfo')
  @DescribeOperation(DESCRIPTION)
  async get(@AccessToken() claims: Claims | null, @Res() reply: FastifyReply): Promise<void> {
    if (claims === null) throw new InsufficientScope([OPENID_SCOPE]);
    const { type, body } = await this.userinfo.answer(claims);
    void reply.header('cache-control', 'no-store').type(type).send(body);
  }

  /** The same by POST. */
  @Post('userinfo')
  @HttpCode(200)
  @AcceptForms('only')
  @DescribeOperation(DESCRIPTION)
  post(@AccessToken() claims: Claims | null, @Res() reply: FastifyReply): Promise<void> {
    return this.get(claims, reply);
  }
}
