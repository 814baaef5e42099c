import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions } from '../../auth/browser-interactions';
import { BrowserSessions } from '../../auth/browser-sessions';
import { BrowserSignOut, SIGNED_OUT_PATH } from '../../auth/browser-sign-out';
import { Public } from '../../auth/public.decorator';
import { Undocumented } from '../../http/describe-operation.decorator';
import { AcceptForms } from '../../http/request-bodies';
import { filledIn } from '../form-input';
import { PageRenderer } from '../page-renderer';
import { GOES_ON_AFTER, SignedOutPage } from './signed-out.view';

/** The way out, by a button of the account page. */
@Public()
@Undocumented('a page for people')
@Controller()
export class SignOutController {
  constructor(
    private readonly browsers: BrowserSessions,
    private readonly interactions: BrowserInteractions,
    private readonly signOut: BrowserSignOut,
    private readonly pages: PageRenderer,
  ) {}

  /** Ends the current session of this browser; or those of everybody who is signed in there; or all of the person's, wherever they are. */
  @Post('sign-out')
  @AcceptForms('only')
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const { everywhere, here } = filledIn(request, 'everywhere', 'here');
    const accounts = await this.browsers.accounts(request);
    const leaving = here === undefined ? accounts.filter(({ isCurrent }) => isCurrent) : accounts;
    const which = everywhere === undefined ? 'these sessions' : 'all sessions';
    await this.signOut.leave(leaving, which, null, request, reply);
  }

  /** Says that it is done, and lets applications that were signed in to say so, too. */
  @Get('signed-out')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const open = this.interactions.resumeIfAny(request, SIGNED_OUT_PATH);
    const signedOut = await this.signOut.shown(open?.interaction ?? null);
    const { onward, frames } = signedOut;
    if (onward?.isAutomatic === true) {
      void reply.header('refresh', `${GOES_ON_AFTER}; url=${new URL(onward.address).href}`);
    }
    const othersRemain = (await this.browsers.accounts(request)).length > 0;
    const options = { leadsAway: onward !== null, frames };
    this.pages.send(SignedOutPage, { ...signedOut, othersRemain }, request, reply, options);
  }
}
