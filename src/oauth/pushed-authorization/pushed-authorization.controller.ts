import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import type { FormFields } from '../../http/form-fields';
import { AcceptForms } from '../../http/request-bodies';
import { CLIENT_FIELDS } from '../client-authentication/client-fields';
import { EndpointRequests } from '../client-authentication/endpoint-requests';
import { ACCESS_FIELDS } from '../resource-indicators/access-fields';
import { SenderProofs } from '../token-endpoint/sender-proofs';
import { PushedRequests } from './pushed-requests';

const FORM: FormFields = {
  response_type: { description: 'What the client wants back.', isRequired: true, example: 'code' },
  redirect_uri: { description: 'Where the answer goes.', example: 'https://app.example.com/callback' },
  state: { description: 'What the client gets back with it.', example: 'af0ifjsldkj' },
  code_challenge: {
    description: 'The digest of the `code_verifier` (RFC 7636 §4.2).',
    example: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  },
  code_challenge_method: { description: 'How it was made: `S256`.', example: 'S256' },
  ...ACCESS_FIELDS,
  ...CLIENT_FIELDS,
};

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
      'Takes whatever the authorization endpoint takes, such as the fields below; send the person there with `client_id` and the `request_uri` of the answer.',
    clients: 'any',
    form: FORM,
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
