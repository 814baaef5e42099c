import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions } from '../../auth/browser-interactions';
import { BrowserSessions } from '../../auth/browser-sessions';
import { Profiles } from '../../auth/profiles';
import { Public } from '../../auth/public.decorator';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { LogoutFlow } from '../../oidc/rp-initiated-logout/logout-flow';
import { LOGOUT_PATH } from '../../oidc/rp-initiated-logout/logout-request';
import { PageRenderer } from '../page-renderer';
import { SignOutConfirmationPage } from './sign-out-confirmation.view';

/** The page that asks people whether they want to sign out (OpenID Connect RP-Initiated Logout §2). */
@Public()
@Undocumented('a page for people')
@Controller('sign-out/confirmation')
export class SignOutConfirmationController {
  constructor(
    private readonly interactions: BrowserInteractions,
    private readonly browsers: BrowserSessions,
    private readonly profiles: Profiles,
    private readonly flow: LogoutFlow,
    private readonly pages: PageRenderer,
  ) {}

  /** The question. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { interaction, ticket } = this.interactions.resume(request, LOGOUT_PATH);
    const leaving = await this.flow.leaving(request);
    if (leaving.length === 0) return this.interactions.sendTo(LOGOUT_PATH, interaction, reply);
    const profiles = await Promise.all(leaving.map(({ user }) => this.profiles.get(user.id)));
    const people = profiles.map(({ username, displayName }) => displayName ?? username);
    const view = { people, clientName: interaction.clientName, ticket };
    this.pages.send(SignOutConfirmationPage, view, request, reply, { leadsAway: true });
  }

  /** The answer. */
  @Post()
  @AcceptForms('only')
  async confirm(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const { interaction } = this.interactions.resume(request, LOGOUT_PATH);
    await this.flow.confirmed(interaction, request, reply);
  }
}
