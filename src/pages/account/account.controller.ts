import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserSessions } from '../../auth/browser-sessions';
import { type ConnectedApplication, ConnectedApplications } from '../../auth/connected-applications';
import { Profiles } from '../../auth/profiles';
import { Public } from '../../auth/public.decorator';
import { requestOrigin } from '../../auth/request-origin';
import { SETTINGS, type Settings } from '../../config/settings';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import type { SessionWithUser } from '../../sessions/session-manager';
import { ADMIN_ROLE, rolesOf } from '../../users/user.entity';
import { AccessViews } from '../access-views';
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
    private readonly views: AccessViews,
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
    { user }: SessionWithUser,
    disconnected: string | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const view = {
      person: await this.profiles.get(user.id),
      isAdministrator: rolesOf(user).includes(ADMIN_ROLE),
      applications: await this.applicationsOf(user.id),
      disconnected,
      hasOthers: (await this.browsers.accounts(request)).length > 1,
      canOpen: this.settings.oauthFeatures.openid,
    };
    this.pages.send(AccountPage, view, request, reply);
  }

  private async applicationsOf(userId: string): Promise<ConnectedApplication[]> {
    const shown: ConnectedApplication[] = [];
    for (const application of await this.applications.list(userId)) {
      shown.push({ ...application, scopes: await this.views.wordsFor(application.scopes) });
    }
    return shown;
  }
}
