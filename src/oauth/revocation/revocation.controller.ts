import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { CLIENT_FIELDS } from '../client-authentication/client-fields';
import { EndpointRequests } from '../client-authentication/endpoint-requests';
import { TokenRevocation } from './token-revocation';

/** The revocation endpoint (RFC 7009 §2). */
@Public()
@Controller('oauth')
export class RevocationController {
  constructor(
    private readonly requests: EndpointRequests,
    private readonly revocation: TokenRevocation,
  ) {}

  /** Takes a token back. */
  @AcceptForms('only')
  @Post('revoke')
  @HttpCode(200)
  @DescribeOperation({
    summary: 'Take a token back',
    description: 'With a refresh token all of its access tokens end. Of a token that is none the answer is the same.',
    clients: 'any',
    form: {
      token: {
        description: 'A refresh token, or an access token.',
        isRequired: true,
        example: 'ghr_Kc0xq1hX2m4z8p1Qe6vN3s7tB9uL5wY0aR2dF4gJ6k8',
      },
      ...CLIENT_FIELDS,
    },
    answer: {},
  })
  async revoke(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { parameters, client, origin } = await this.requests.authenticated(request);
    await this.revocation.revoke(parameters.need('token'), client, origin);
    // RFC 7009 §2.2 asks for 200 alone; some clients take no other body than JSON.
    void reply.type('application/json').send('{}');
  }
}
