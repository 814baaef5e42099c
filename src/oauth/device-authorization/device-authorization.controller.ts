import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { CLIENT_FIELDS } from '../client-authentication/client-fields';
import { EndpointRequests } from '../client-authentication/endpoint-requests';
import { ACCESS_FIELDS } from '../resource-indicators/access-fields';
import { DeviceAuthorizations } from './device-authorizations';

/** The device authorization endpoint (RFC 8628 §3.1). */
@Public()
@Controller('oauth')
export class DeviceAuthorizationController {
  constructor(
    private readonly requests: EndpointRequests,
    private readonly authorizations: DeviceAuthorizations,
  ) {}

  /** Gives a device the code that it shows, and the one with which it waits. */
  @AcceptForms('only')
  @Post('device_authorization')
  @HttpCode(200)
  @DescribeOperation({
    summary: 'Begin on a device without a browser',
    description:
      'The device shows `user_code` and `verification_uri`, and polls the token endpoint with `device_code`.',
    clients: 'any',
    form: { ...ACCESS_FIELDS, ...CLIENT_FIELDS },
    bodyExample: { client_id: 'television', scope: 'notes:read' },
    answer: {
      device_code: 'ghd_Kc0xq1hX2m4z8p1Qe6vN3s7tB9uL5wY0aR2dF4gJ6k8',
      user_code: 'WDJB-MJHT',
      verification_uri: 'https://id.example.com/device',
      verification_uri_complete: 'https://id.example.com/device?user_code=WDJB-MJHT',
      expires_in: 600,
      interval: 5,
    },
  })
  async authorize(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const answer = await this.authorizations.begin(await this.requests.authenticated(request));
    // RFC 8628 §3.2; `Cache-Control: no-store` is on every answer.
    void reply.header('pragma', 'no-cache').type('application/json').send(JSON.stringify(answer));
  }
}
