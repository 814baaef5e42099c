import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserSessions } from '../../auth/browser-sessions';
import { Public } from '../../auth/public.decorator';
import { requestOrigin } from '../../auth/request-origin';
import { SignOut } from '../../auth/sign-out';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { filledIn } from '../form-input';
import { PageRenderer } from '../page-renderer';
import { SignedOutPage } from './signed-out.view';

/** The way out, by a button of the account page. */
@Public()
@Undocumented('a page for people')
@Controller()
export class SignOutController {
  constructor(
    private readonly browsers: BrowserSessions,
    private readonly signOut: SignOut,
    private readonly pages: PageRenderer,
  ) {}

  /** Ends the current session of this browser; or those of everybody who is signed in there; or all of the person's, wherever they are. */
  @Post('sign-out')
  @AcceptForms('only')
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const { everywhere, here } = filledIn(request, 'everywhere', 'here');
    const accounts = await this.browsers.accounts(request);
    const origin = requestOrigin(request);
    const leaving = here === undefined ? accounts.filter(({ isCurrent }) => isCurrent) : accounts;
    for (const { user, session } of leaving) {
      if (everywhere === undefined) await this.signOut.signOut(user.id, session.id, origin);
      else await this.signOut.signOutEverywhere(user.id, origin);
    }
    this.browsers.keepOnly(
      reply,
      accounts.filter((account) => !leaving.includes(account)),
    );
    this.pages.redirect('/signed-out', reply);
  }

  /** Says that it is done. */
  @Get('signed-out')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const othersRemain = (await this.browsers.accounts(request)).length > 0;
    this.pages.send(SignedOutPage, { othersRemain }, request, reply);
  }
}
