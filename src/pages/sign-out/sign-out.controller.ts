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

  /** Ends the session of this browser, or all of the person's. */
  @Post('sign-out')
  @AcceptForms('only')
  async submit(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.browsers.assertOwnForm(request);
    const which = filledIn(request, 'everywhere').everywhere === undefined ? 'this session' : 'all sessions';
    await this.signOut.leave(await this.browsers.current(request), which, null, request, reply);
  }

  /** Says that it is done, and lets applications that were signed in to say so, too. */
  @Get('signed-out')
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const open = this.interactions.resumeIfAny(request, SIGNED_OUT_PATH);
    const view = await this.signOut.shown(open?.interaction ?? null);
    if (view.onward?.isAutomatic === true) {
      void reply.header('refresh', `${GOES_ON_AFTER}; url=${new URL(view.onward.address).href}`);
    }
    const options = { leadsAway: view.onward !== null, frames: view.frames };
    this.pages.send(SignedOutPage, view, request, reply, options);
  }
}
