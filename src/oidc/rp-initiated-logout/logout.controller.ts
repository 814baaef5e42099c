import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions, TICKET_FIELD } from '../../auth/browser-interactions';
import { Public } from '../../auth/public.decorator';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { type Fields, RequestParameters } from '../../protocol/request-parameters';
import { LogoutFlow } from './logout-flow';
import { LOGOUT_PATH, type LogoutRequest } from './logout-request';
import { LogoutRequests } from './logout-requests';

/** The logout endpoint (OpenID Connect RP-Initiated Logout §2): where applications send people who want to sign out. */
@Public()
@Undocumented('for browsers, which applications send here')
@Controller('oauth')
export class LogoutController {
  constructor(
    private readonly requests: LogoutRequests,
    private readonly flow: LogoutFlow,
    private readonly interactions: BrowserInteractions,
  ) {}

  /** A request of an application, or one that goes on after it was posted or asked about. */
  @Get('logout')
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const fields = (request.query ?? {}) as Fields;
    const asked =
      fields[TICKET_FIELD] === undefined
        ? await this.requests.read(RequestParameters.of(fields))
        : (this.interactions.resumeOrBegin(request, LOGOUT_PATH).interaction.request as LogoutRequest);
    await this.flow.advance(asked, request, reply);
  }

  /** A request by form. From another site no cookies come with it, so that nobody would be signed in: it is taken up again by a GET. */
  @Post('logout')
  @AcceptForms('only')
  async post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asked = await this.requests.read(RequestParameters.of((request.body ?? {}) as Fields));
    this.interactions.sendTo(
      LOGOUT_PATH,
      this.interactions.beginAnywhere({ path: LOGOUT_PATH, request: asked }),
      reply,
    );
  }
}
