import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserSessions } from '../../auth/browser-sessions';
import { ConnectedApplications } from '../../auth/connected-applications';
import { Profiles } from '../../auth/profiles';
import { Public } from '../../auth/public.decorator';
import { requestOrigin } from '../../auth/request-origin';
import { SETTINGS, type Settings } from '../../config/settings';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import type { SessionWithUser } from '../../sessions/session-manager';
import { filledIn } from '../form-input';
import { PageRenderer } from '../page-renderer';
import { AccountPage } from './account.view';

/** A person's own page. */
@Public()
@Undocumented('a page for people')
@Controller('account')
export class AccountPageController {
  constructor(
    private readonly browsers: BrowserSessions,
    private readonly profiles: Profiles,
    private readonly applications: ConnectedApplications,
    private readonly pages: PageRenderer,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Who they are here, and what applications they have let in. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.browsers.current(request);
    if (session === null) return this.pages.redirect('/sign-in', reply);
    await this.send(session, null, request, reply);
  }

  /** Takes back what they have let an application have. */
  @Post('disconnect')
  @AcceptForms('only')
  async disconnect(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const session = await this.browsers.current(request);
    if (session === null) return this.pages.redirect('/sign-in', reply);
    const { client_id: clientId = '' } = filledIn(request, 'client_id');
    const known = (await this.applications.list(session.user.id)).find((each) => each.clientId === clientId);
    await this.applications.disconnect(session.user.id, clientId, requestOrigin(request));
    await this.send(session, known?.name ?? null, request, reply);
  }

  private async send(
    { user: { id } }: SessionWithUser,
    disconnected: string | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const [person, applications] = [await this.profiles.get(id), await this.applications.list(id)];
    const hasOthers = (await this.browsers.accounts(request)).length > 1;
    this.pages.send(
      AccountPage,
      { person, applications, disconnected, hasOthers, canOpen: this.settings.oauthFeatures.openid },
      request,
      reply,
    );
  }
}
