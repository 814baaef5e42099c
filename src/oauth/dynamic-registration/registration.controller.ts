import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { requestOrigin } from '../../auth/request-origin';
import { SETTINGS, type Settings } from '../../config/settings';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { clientInformation } from './client-information';
import { bearerOf, membersOf } from './registration-request';
import { SelfRegistration } from './self-registration';

/** The client registration endpoint (RFC 7591 §3). */
@Public()
@Controller('oauth')
export class RegistrationController {
  constructor(
    private readonly registration: SelfRegistration,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Registers a client. */
  @Post('register')
  @HttpCode(201)
  @DescribeOperation({
    summary: 'Register a client',
    description:
      'The body is the metadata of RFC 7591 §2 as JSON; the bearer is an initial access token, which an operator makes. What the client may not have is left aside: the answer says what is registered.',
    answer: {
      client_id: 'Kc0xq1hX2m4z8p1Qe6vN3s',
      client_id_issued_at: 1_795_000_000,
      client_name: 'Photo Printer',
      redirect_uris: ['https://app.example.com/callback'],
      token_endpoint_auth_method: 'none',
      registration_access_token: 'ghr_9uL5wY0aR2dF4gJ6k8Kc0xq1hX2m4z8p1Qe6vN3s7tB',
      registration_client_uri: 'https://id.example.com/oauth/register/Kc0xq1hX2m4z8p1Qe6vN3s',
    },
  })
  async register(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const token = bearerOf(request);
    const { client, ...credentials } = await this.registration.register(
      token,
      membersOf(request),
      requestOrigin(request),
    );
    const information = clientInformation(client, credentials, this.settings.issuer);
    // RFC 7591 §3.2.1; `Cache-Control: no-store` is on every answer.
    void reply.header('pragma', 'no-cache').type('application/json').send(JSON.stringify(information));
  }
}
