import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { mayBeServed } from '../../clients/client';
import { ClientStore } from '../../clients/client.store';
import { Undocumented } from '../../http/describe-operation.decorator';
import { Problem } from '../../http/problem';
import { sendRepresentation } from '../../http/representation';
import { ClientLogos } from './client-logos';

/** The address changes with the client's registration; what is at its `logo_uri` may change without. */
const CACHING = 'public, max-age=3600';

/** Shows the logos of clients to the pages that ask about them. */
@Public()
@Undocumented('for the pages')
@Controller('assets/logos')
export class ClientLogoController {
  constructor(
    private readonly clients: ClientStore,
    private readonly logos: ClientLogos,
  ) {}

  /** The logo of a client that may be shown with one. */
  @Get(':clientId')
  async read(
    @Param('clientId') clientId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const client = await this.clients.find(clientId);
    const logo = client === null || !mayBeServed(client) ? null : await this.logos.of(client);
    if (logo === null) throw new Problem('not_found');
    sendRepresentation(logo, CACHING, request, reply);
  }
}
