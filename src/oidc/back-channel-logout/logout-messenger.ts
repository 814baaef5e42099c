import { Inject, Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { LOG, type Log } from '../../logging/log';
import { ClientDirectory } from '../../oauth/client-authentication/client-directory';
import { OutboundPosts } from '../../outbound/outbound-posts';
import type { LogoutNotice } from './logout-notice.entity';
import { LogoutNotices } from './logout-notices';
import { LogoutTokenMint } from './logout-token-mint';

/** Tells a client that a session has ended (OpenID Connect Back-Channel Logout §2.5). */
@Injectable()
export class LogoutMessenger {
  constructor(
    private readonly notices: LogoutNotices,
    private readonly clients: ClientDirectory,
    private readonly tokens: LogoutTokenMint,
    private readonly outbound: OutboundPosts,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Makes one attempt with a notice that was claimed for it. It never throws for what a client's server does. */
  async tell(notice: LogoutNotice): Promise<void> {
    const client = await this.clients.find(notice.client_id);
    const uri = client?.metadata.backchannel_logout_uri;
    // It is told in the browser, or has changed its mind.
    if (client !== null && uri === undefined) return this.notices.forget(notice);
    const failure = client === null || uri === undefined ? 'unknown' : await this.send(client, uri, notice);
    if (failure === null) return this.notices.forget(notice);
    if (failure === 'later') return this.notices.postpone(notice);
    this.log.info({ clientId: notice.client_id, reason: failure }, 'A client was not told of a logout.');
    if (this.notices.isLastAttempt(notice)) await this.notices.giveUp(notice, failure);
  }

  /** @returns why it failed, or null; `later` where nothing was tried */
  private async send(client: Client, uri: string, { user_id, session_id }: LogoutNotice): Promise<string | null> {
    const token = await this.tokens.mint(client, user_id, session_id);
    const posted = await this.outbound.post(uri, new URLSearchParams({ logout_token: token }));
    if (posted === null) return 'later';
    if (posted.outcome === 'failed') return posted.reason;
    // OpenID Connect Back-Channel Logout §2.8: 200; frameworks make 204 of it. A redirect is not followed (SES-16).
    return posted.status >= 200 && posted.status < 300 ? null : 'status';
  }
}
