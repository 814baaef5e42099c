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

  /** Ends the session of this browser, or all of the person's. */
  @Post('sign-out')
  @AcceptForms('only')
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const found = await this.browsers.current(request);
    const origin = requestOrigin(request);
    if (found !== null && filledIn(request, 'everywhere').everywhere === undefined) {
      await this.signOut.signOut(found.user.id, found.session.id, origin);
    } else if (found !== null) {
      await this.signOut.signOutEverywhere(found.user.id, origin);
    }
    this.browsers.end(reply);
    this.pages.redirect('/signed-out', reply);
  }

  /** Says that it is done. */
  @Get('signed-out')
  show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.pages.send(SignedOutPage, {}, request, reply);
  }
}
