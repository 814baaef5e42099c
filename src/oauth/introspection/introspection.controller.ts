import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { isPublicClient } from '../../clients/client';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { InvalidClient } from '../../protocol/request-errors';
import { CLIENT_FIELDS } from '../client-authentication/client-fields';
import { EndpointRequests } from '../client-authentication/endpoint-requests';
import { TokenIntrospector } from './token-introspector';

/** The introspection endpoint (RFC 7662 §2). */
@Public()
@Controller('oauth')
export class IntrospectionController {
  constructor(
    private readonly requests: EndpointRequests,
    private readonly introspector: TokenIntrospector,
  ) {}

  /** Tells a resource server what a token stands for, if it is good and meant for that server. */
  @AcceptForms('only')
  @Post('introspect')
  @HttpCode(200)
  @DescribeOperation({
    summary: 'Ask about an access token',
    description:
      'For resource servers, by a client that the resource server names among its `introspection_clients`. To any other, and of a token that is not good or meant for somebody else, the answer is `{"active": false}`.',
    clients: 'confidential',
    form: {
      token: {
        description: 'The access token.',
        isRequired: true,
        example: 'gha_Kc0xq1hX2m4z8p1Qe6vN3s7tB9uL5wY0aR2dF4gJ6k8',
      },
      ...CLIENT_FIELDS,
    },
    answer: {
      active: true,
      scope: 'orders:read',
      client_id: 'shop',
      sub: 'kX3m9dQ7TzWb2LrYv8cN1A',
      exp: 1_795_514_700,
    },
    // RFC 7662 §2.2
    answerRequires: ['active'],
  })
  async introspect(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { parameters, client } = await this.requests.authenticated(request);
    // RFC 7662 §2.1: who asks must be known, or anybody could find out which tokens are good.
    if (isPublicClient(client)) throw new InvalidClient('Only clients that authenticate may ask about tokens.');
    const answer = await this.introspector.introspect(parameters.need('token'), client);
    void reply.type('application/json').send(JSON.stringify(answer));
  }
}
