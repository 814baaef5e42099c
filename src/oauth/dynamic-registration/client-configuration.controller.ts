import { Controller, Delete, Get, HttpCode, Inject, Param, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { requestOrigin } from '../../auth/request-origin';
import type { Client } from '../../clients/client';
import { SETTINGS, type Settings } from '../../config/settings';
import { DescribeOperation } from '../../http/describe-operation.decorator';
import { ClientConfigurations } from './client-configurations';
import { clientInformation, type Credentials } from './client-information';
import { bearerOf, membersOf } from './registration-request';

const ANSWER = {
  client_id: 'Kc0xq1hX2m4z8p1Qe6vN3s',
  client_id_issued_at: 1_795_000_000,
  redirect_uris: ['https://app.example.com/callback'],
  registration_access_token: 'ghr_9uL5wY0aR2dF4gJ6k8Kc0xq1hX2m4z8p1Qe6vN3s7tB',
  registration_client_uri: 'https://id.example.com/oauth/register/Kc0xq1hX2m4z8p1Qe6vN3s',
};

/** The client configuration endpoint (RFC 7592 §2): of each client its own, which only its registration access token opens. */
@Public()
@Controller('oauth/register')
export class ClientConfigurationController {
  constructor(
    private readonly configurations: ClientConfigurations,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Shows a client its registration. */
  @Get(':clientId')
  @DescribeOperation({
    summary: 'Read the registration of a client',
    description: 'The bearer is the registration access token. The secret is not shown again.',
    answer: ANSWER,
  })
  async read(
    @Param('clientId') clientId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const registrationToken = bearerOf(request);
    const client = await this.configurations.find(clientId, registrationToken, requestOrigin(request));
    this.send(client, { secret: null, registrationToken }, reply);
  }

  /** Replaces a registration. */
  @Put(':clientId')
  @DescribeOperation({
    summary: 'Replace the registration of a client',
    description:
      'The body is all of the metadata with `client_id`; what is left out is deleted. The answer has another registration access token, and the one before is good no more.',
    answer: ANSWER,
  })
  async change(
    @Param('clientId') clientId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const token = bearerOf(request);
    const origin = requestOrigin(request);
    const before = await this.configurations.find(clientId, token, origin);
    const { client, ...credentials } = await this.configurations.change(before, token, membersOf(request), origin);
    this.send(client, credentials, reply);
  }

  /** Removes a client and all that it has. */
  @Delete(':clientId')
  @HttpCode(204)
  @DescribeOperation({
    summary: 'Remove a client',
    description: 'The bearer is the registration access token. All tokens of the client end.',
  })
  async remove(@Param('clientId') clientId: string, @Req() request: FastifyRequest): Promise<void> {
    const origin = requestOrigin(request);
    const client = await this.configurations.find(clientId, bearerOf(request), origin);
    await this.configurations.remove(client, origin);
  }

  private send(client: Client, credentials: Credentials, reply: FastifyReply): void {
    const information = clientInformation(client, credentials, this.settings.issuer);
    // RFC 7592 §3; `Cache-Control: no-store` is on every answer.
    void reply.header('pragma', 'no-cache').type('application/json').send(JSON.stringify(information));
  }
}
