import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { EndpointRequests } from '../client-authentication/endpoint-requests';
import { SenderProofs } from './sender-proofs';
import { TokenPipeline } from './token-pipeline';

/** The token endpoint (RFC 6749 §3.2): parse → authenticate client → verify sender proof → the pipeline → answer. */
@Public()
@Controller('oauth')
export class TokenController {
  constructor(
    private readonly requests: EndpointRequests,
    private readonly proofs: SenderProofs,
    private readonly pipeline: TokenPipeline,
  ) {}

  /** Exchanges a grant for tokens. */
  @HttpCode(200)
  @AcceptForms('only')
  @Post('token')
  @DescribeOperation({
    summary: 'Exchange a grant for tokens',
    description: 'Takes what the `grant_type` needs (RFC 6749 §4), and leaves the rest.',
    clients: 'any',
    answer: {
      access_token:
        'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjEifQ.eyJzdWIiOiJrWDNtOWRRN1R6V2IyTHJZdjhjTjFBIn0.c2ln',
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'notes:read',
      refresh_token: 'ghr_Kc0xq1hX2m4z8p1Qe6vN3s7tB9uL5wY0aR2dF4gJ6k8',
    },
    answerRequires: ['access_token', 'token_type', 'expires_in', 'scope'],
  })
  async token(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const authenticated = await this.requests.authenticated(request);
    const confirmation = await this.proofs.confirm(authenticated, request, reply);
    const answer = await this.pipeline.answer({ ...authenticated, confirmation });
    // RFC 6749 §5.1
    void reply.header('pragma', 'no-cache').type('application/json').send(JSON.stringify(answer));
  }
}
