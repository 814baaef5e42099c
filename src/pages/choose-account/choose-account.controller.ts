import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions, type OpenInteraction } from '../../auth/browser-interactions';
import { BrowserSessions } from '../../auth/browser-sessions';
import { Profiles } from '../../auth/profiles';
import { Public } from '../../auth/public.decorator';
import { requestOrigin } from '../../auth/request-origin';
import { SignOut } from '../../auth/sign-out';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { filledIn } from '../form-input';
import { PageRenderer } from '../page-renderer';
import { ChooseAccountPage } from './choose-account.view';

const PATH = '/choose-account';

/** The page where people say who of those who are signed in in a browser they are (OpenID Connect Core §3.1.2.1: `select_account`). */
@Public()
@Undocumented('a page for people')
@Controller('choose-account')
export class ChooseAccountController {
  constructor(
    private readonly interactions: BrowserInteractions,
    private readonly browsers: BrowserSessions,
    private readonly profiles: Profiles,
    private readonly signOut: SignOut,
    private readonly pages: PageRenderer,
  ) {}

  /** Those who can be chosen; where there is nobody any more, the way to sign in. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const open = this.interactions.resumeIfAny(request);
    const accounts = await this.browsers.accounts(request);
    if (accounts.length === 0) return this.goTo('/sign-in', open, reply);
    const people = await Promise.all(accounts.map(({ user }) => this.profiles.get(user.id)));
    const view = {
      ticket: open?.ticket ?? null,
      clientName: open?.interaction.clientName ?? null,
      people: people.map((person, at) => ({ ...person, isCurrent: accounts[at]?.isCurrent === true })),
    };
    this.pages.send(ChooseAccountPage, view, request, reply, { leadsAway: true });
  }

  /** Takes the choice: who it goes on with, or who is to be signed out. */
  @Post()
  @AcceptForms('only')
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const open = this.interactions.resumeIfAny(request);
    const { account: chosenId, sign_out: leavingId } = filledIn(request, 'account', 'sign_out');
    const accounts = await this.browsers.accounts(request);
    const meant = accounts.find(({ user }) => user.id === (leavingId ?? chosenId));
    // Somebody whose session has ended meanwhile is not there any more.
    if (meant === undefined) return this.goTo(PATH, open, reply);
    if (leavingId === undefined) {
      this.browsers.begin(reply, meant.cookie, accounts);
      return this.interactions.goOnAs(open, meant.user.id, request, reply);
    }
    await this.signOut.signOut(meant.user.id, meant.session.id, requestOrigin(request));
    this.browsers.keepOnly(
      reply,
      accounts.filter((account) => account !== meant),
    );
    this.goTo(PATH, open, reply);
  }

  private goTo(path: string, open: OpenInteraction | null, reply: FastifyReply): void {
    if (open === null) this.pages.redirect(path, reply);
    else this.interactions.sendTo(path, open.interaction, reply);
  }
}
