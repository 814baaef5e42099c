import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserSessions } from '../../auth/browser-sessions';
import { Public } from '../../auth/public.decorator';
import { RegisterDto } from '../../auth/register.dto';
import { requestOrigin } from '../../auth/request-origin';
import { SetUp, SET_UP_PATH } from '../../auth/set-up';
import { ClientStore } from '../../clients/client.store';
import { SETTINGS, type Settings } from '../../config/settings';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { validateBody } from '../../http/validation.pipe';
import { ADMIN_ROLE, rolesOf } from '../../users/user.entity';
import { faultsOf, filledIn, NO_FAULTS, queryParameter } from '../form-input';
import { PageRenderer } from '../page-renderer';
import { PageSignIn } from '../sign-in/page-sign-in';
import { CHECKLIST_PATH, ChecklistPage } from './checklist.view';
import { SetUpPage } from './set-up.view';

/** More than the server has of its own. */
const FEW = 10;

/** The pages of somebody who has started a server for the first time, to try it: they become its administrator, and see what is next. */
@Public()
@Undocumented('a page for people')
@Controller(SET_UP_PATH)
export class SetUpController {
  constructor(
    private readonly setUp: SetUp,
    private readonly browsers: BrowserSessions,
    private readonly signIn: PageSignIn,
    private readonly clients: ClientStore,
    private readonly pages: PageRenderer,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The form, for whoever has the link. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const link = queryParameter(request, 'link');
    await this.setUp.assertGood(link);
    const view = { link: link ?? '', username: 'admin', email: '', faults: NO_FAULTS };
    this.pages.send(SetUpPage, view, request, reply);
  }

  /** Takes the form. */
  @Post()
  @AcceptForms('only')
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const { link = null, ...fields } = filledIn(request, 'link', 'username', 'email', 'password');
    await this.setUp.assertGood(link);
    try {
      const account = await validateBody(RegisterDto, { username: '', email: '', password: '', ...fields });
      const userId = await this.setUp.complete(link, account, requestOrigin(request));
      await this.signIn.asNew(userId, request, reply);
    } catch (error) {
      const { faults, status } = faultsOf(error);
      const view = { link: link ?? '', username: '', email: '', ...fields, faults };
      return this.pages.send(SetUpPage, view, request, reply, { status });
    }
    this.pages.redirect(CHECKLIST_PATH, reply);
  }

  /** What is next. */
  @Get('checklist')
  async next(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.browsers.current(request);
    if (session === null) return this.pages.redirect('/sign-in', reply);
    if (!rolesOf(session.user).includes(ADMIN_ROLE)) return this.pages.redirect('/account', reply);
    const clients = await this.clients.list(FEW, null);
    const view = { hasDocs: this.settings.apiDocs, hasClient: clients.some(({ origin }) => origin !== 'house') };
    this.pages.send(ChecklistPage, view, request, reply);
  }
}
