import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import { ClientDirectory } from '../../oauth/client-authentication/client-directory';
import { withQuery } from '../../protocol/redirect-uri';
import { SessionClients } from '../session-clients/session-clients';

/** How many pages of clients are opened at the most (SES-17); further clients have to be told by the back channel. */
export const MOST_FRAMES = 20;

/** How many clients of a session are looked at to find those. */
const MOST_CLIENTS = 200;

/** Knows the pages by which clients sign people out in the browser. */
@Injectable()
export class FrontChannelFrames {
  constructor(
    private readonly participants: SessionClients,
    private readonly clients: ClientDirectory,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The addresses of these pages for a session that has ended. */
  async of(sessionId: string): Promise<string[]> {
    const ids = await this.participants.of(sessionId, MOST_CLIENTS);
    const clients = await Promise.all(ids.map(async (id) => this.clients.find(id)));
    const uris = clients.flatMap((client) => client?.metadata.frontchannel_logout_uri ?? []);
    // OpenID Connect Front-Channel Logout §3: both or neither.
    const members = { iss: this.settings.issuer, sid: sessionId };
    return uris.slice(0, MOST_FRAMES).map((uri) => withQuery(uri, members));
  }
}
