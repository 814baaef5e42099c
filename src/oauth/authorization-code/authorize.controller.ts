import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions, TICKET_FIELD } from '../../auth/browser-interactions';
import { Public } from '../../auth/public.decorator';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { type Fields, RequestParameters } from '../../protocol/request-parameters';
import { AUTHORIZATION_PATH, AuthorizationFlow, type Carried, requestOf } from './authorization-flow';

/** The authorization endpoint (RFC 6749 §3.1): where applications send people, and where the pages send them back to. */
@Public()
@Undocumented('for browsers, which applications send here')
@Controller('oauth')
export class AuthorizeController {
  constructor(
    private readonly flow: AuthorizationFlow,
    private readonly interactions: BrowserInteractions,
  ) {}

  /** A request of an application, or one that goes on after a page. */
  @Get('authorize')
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const fields = (request.query ?? {}) as Fields;
    if (fields[TICKET_FIELD] === undefined) {
      return this.flow.advance(RequestParameters.of(fields), null, request, reply);
    }
    const { interaction } = this.interactions.resumeOrBegin(request, AUTHORIZATION_PATH);
    // One that was posted is bound to no browser yet: it begins now, in this one.
    const begun = interaction.browser === null ? null : interaction;
    return this.flow.advance(requestOf(interaction), begun, request, reply);
  }

  /**
   * A request by form (RFC 6749 §3.1). From another site no cookies come with it, so that nobody would be signed in: it is taken up again by a GET.
   */
  @Post('authorize')
  @AcceptForms('only')
  post(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const parameters = RequestParameters.of((request.body ?? {}) as Fields);
    const carried: Carried = { entries: parameters.entries, isSigned: false, requestObject: null };
    const posted = { path: AUTHORIZATION_PATH, request: carried };
    this.interactions.sendTo(AUTHORIZATION_PATH, this.interactions.beginAnywhere(posted), reply);
  }
}
