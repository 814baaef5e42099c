import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type FunctionComponent, h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { BrowserSessions } from '../auth/browser-sessions';
import { SETTINGS, type Settings } from '../config/settings';
import { SiteContext } from './layout.view';

/** How a page is sent. */
export interface PageOptions {
  readonly status?: number;
  /**
   * Whether its form may lead on to an application: browsers apply `form-action` to every redirect that follows, and an application that has opened
   * the page in a window of its own waits for that window.
   */
  readonly leadsAway?: boolean;
  /** Addresses of applications that it opens in frames. */
  readonly frames?: readonly string[];
}

/** Nothing but what this server serves itself; frames are for nobody (RFC 9700 §4.16). */
const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Makes the pages and sends them. */
@Injectable()
export class PageRenderer {
  constructor(
    private readonly browsers: BrowserSessions,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Answers a request with a page, and what it shows. */
  send<View extends object>(
    page: FunctionComponent<View>,
    view: View,
    request: FastifyRequest,
    reply: FastifyReply,
    { status = 200, leadsAway = false, frames = [] }: PageOptions = {},
  ): void {
    const { serviceName: name, issuer } = this.settings;
    const csrfToken = () => this.browsers.csrfToken(this.browsers.ensureBrowser(request, reply));
    const html = renderToString(h(SiteContext.Provider, { value: { name, issuer, csrfToken } }, h(page, view)));
    void reply
      .code(status)
      .header('content-security-policy', policyOf(leadsAway, frames))
      // With no-referrer browsers would say nothing of where a form comes from (Fetch standard, "serializing a request origin").
      .header('referrer-policy', 'same-origin')
      .header('cross-origin-opener-policy', leadsAway ? 'unsafe-none' : 'same-origin')
      .type('text/html; charset=utf-8')
      .send(`<!doctype html>${html}`);
  }

  /** Sends the browser on to another page of ours. */
  redirect(path: string, reply: FastifyReply): void {
    void reply.code(303).header('location', `${this.settings.issuer}${path}`).send();
  }
}

/** SES-17: frames are opened of those addresses only that the page names itself. */
function policyOf(leadsAway: boolean, frames: readonly string[]): string {
  const origins = [...new Set(frames.map((address) => new URL(address).origin))];
  const ofFrames = origins.length === 0 ? '' : `; frame-src ${origins.join(' ')}`;
  return `${POLICY}${ofFrames}${leadsAway ? '' : "; form-action 'self'"}`;
}
