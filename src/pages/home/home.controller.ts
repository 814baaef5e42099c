import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserSessions } from '../../auth/browser-sessions';
import { Public } from '../../auth/public.decorator';
import { SetUp } from '../../auth/set-up';
import { SETTINGS, type Settings } from '../../config/settings';
import { Undocumented } from '../../http/describe-operation.decorator';
import { PageRenderer } from '../page-renderer';
import { HomePage } from './home.view';

/** What people find who open the address of the server. */
@Public()
@Undocumented('a page for people')
@Controller()
export class HomeController {
  constructor(
    private readonly browsers: BrowserSessions,
    private readonly setUp: SetUp,
    private readonly pages: PageRenderer,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The ways in; on a developer's machine also the documentation, and what is still to be done. */
  @Get()
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const session = await this.browsers.current(request);
    const isDevelopment = this.settings.mode === 'development';
    const view = {
      isSignedIn: session !== null,
      hasDocs: isDevelopment && this.settings.apiDocs,
      needsSetUp: isDevelopment && (await this.setUp.isNeeded()),
    };
    this.pages.send(HomePage, view, request, reply);
  }
}
