import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { EndpointRequests } from '../client-authentication/endpoint-requests';
import { SenderProofs } from '../token-endpoint/sender-proofs';
import { PushedRequests } from './pushed-requests';

/** The pushed authorization request endpoint (RFC 9126 §2). */
@Public()
@Controller('oauth')
export class PushedAuthorizationController {
  constructor(
    private readonly requests: EndpointRequests,
    private readonly proofs: SenderProofs,
    private readonly pushed: PushedRequests,
  ) {}

  /** Takes an authorization request, and gives a reference to it. */
  @AcceptForms('only')
  @Post('par')
  @HttpCode(201)
  @DescribeOperation({
    summary: 'Push an authorization request',
    description:
      'Form parameters of the authorization endpoint; send the person there with `client_id` and the `request_uri` of the answer.',
    answer: {
      request_uri: 'urn:ietf:params:oauth:request_uri:bzyFbrRoXjR9lLiQv0ZqVXq3E5sBmYw1n2k4p6r8t0A',
      expires_in: 90,
    },
  })
  async push(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const authenticated = await this.requests.authenticated(request);
    const confirmation = await this.proofs.confirm(authenticated, request, reply);
    const answer = await this.pushed.take(authenticated, confirmation);
    void reply.type('application/json').send(JSON.stringify(answer));
  }
}
