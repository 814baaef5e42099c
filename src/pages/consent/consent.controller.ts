import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions, type OpenInteraction } from '../../auth/browser-interactions';
import { BrowserSessions } from '../../auth/browser-sessions';
import { Public } from '../../auth/public.decorator';
import { requestOrigin } from '../../auth/request-origin';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import {
  AUTHORIZATION_PATH,
  type AskedPerson,
  AuthorizationFlow,
} from '../../oauth/authorization-code/authorization-flow';
import { ConsentDecisions } from '../../oauth/authorization-code/consent-decisions';
import { InvalidRequest } from '../../protocol/errors';
import { isLoopbackRedirect } from '../../protocol/redirect-uri';
import { decisionIn } from '../access-decision';
import { AccessViews } from '../access-views';
import { NO_FAULTS } from '../form-input';
import type { FormFaults } from '../form.view';
import { PageRenderer } from '../page-renderer';
import { ConsentPage } from './consent.view';
import { destinationOf } from './destination';

/** The page where people decide what an application may do. */
@Public()
@Undocumented('a page for people')
@Controller('consent')
export class ConsentController {
  constructor(
    private readonly interactions: BrowserInteractions,
    private readonly browsers: BrowserSessions,
    private readonly flow: AuthorizationFlow,
    private readonly decisions: ConsentDecisions,
    private readonly views: AccessViews,
    private readonly pages: PageRenderer,
  ) {}

  /** The question. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const open = this.interactions.resume(request, AUTHORIZATION_PATH);
    const asked = await this.flow.asked(open.interaction, request);
    if (asked === null) return this.goOn(open, reply);
    await this.ask(open, asked, request, reply, NO_FAULTS);
  }

  /** The answer. */
  @Post()
  @AcceptForms('only')
  async decide(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const open = this.interactions.resume(request, AUTHORIZATION_PATH);
    const asked = await this.flow.asked(open.interaction, request);
    if (asked === null) return this.goOn(open, reply);
    const decided = { ...asked, interaction: open.interaction, origin: requestOrigin(request) };
    const filled = decisionIn(request, asked);
    if (filled.decision === 'unclear') return this.ask(open, asked, request, reply, filled.faults);
    const { scopes, claims } = filled.decision === 'allow' ? filled : { scopes: [], claims: [] };
    const isFirst =
      filled.decision === 'refuse'
        ? await this.decisions.deny(decided, reply)
        : await this.decisions.allow(decided, { scopes, claims, audience: asked.offered.audience }, reply);
    if (!isFirst) throw new InvalidRequest('You have decided already: go back to the application.');
  }

  private async ask(
    { ticket }: OpenInteraction,
    asked: AskedPerson,
    request: FastifyRequest,
    reply: FastifyReply,
    faults: FormFaults,
  ): Promise<void> {
    const { client, redirectUri } = asked.request;
    const access = await this.views.of(client, asked.session, asked.offered);
    const isOnDevice = isLoopbackRedirect(redirectUri);
    const view = { ...access, destination: destinationOf(redirectUri), isOnDevice, ticket, faults };
    this.pages.send(ConsentPage, view, request, reply, { status: faults === NO_FAULTS ? 200 : 422, leadsAway: true });
  }

  /** There is nothing to ask (any more): what comes next is known where it began. */
  private goOn(open: OpenInteraction, reply: FastifyReply): void {
    void reply.code(303).header('location', this.interactions.onward(open, '/account')).send();
  }
}
