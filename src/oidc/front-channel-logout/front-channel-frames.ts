import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import { ClientDirectory } from '../../oauth/client-authentication/client-directory';
import { withQuery } from '../../protocol/redirect-uri';
import { Subjects } from '../claims/subjects';
import { SessionClients } from '../session-clients/session-clients';

/** How many pages of clients are opened at the most (SES-17); further clients have to be told by the back channel. */
const MOST_FRAMES = 20;

/** How many clients of a session are looked at to find those. */
const MOST_CLIENTS = 200;

/** Knows the pages by which clients sign people out in the browser. */
@Injectable()
export class FrontChannelFrames {
  constructor(
    private readonly participants: SessionClients,
    private readonly clients: ClientDirectory,
    private readonly subjects: Subjects,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The addresses of these pages for a session that has ended. */
  async of(sessionId: string): Promise<string[]> {
    const ids = await this.participants.of(sessionId, MOST_CLIENTS);
    const clients = await Promise.all(ids.map(async (id) => this.clients.find(id)));
    const frames = clients.flatMap((client) => {
      const uri = client?.metadata.frontchannel_logout_uri;
      if (client === null || uri === undefined) return [];
      // OpenID Connect Front-Channel Logout §3: both or neither.
      return [withQuery(uri, { iss: this.settings.issuer, sid: this.subjects.sessionOf(client, sessionId) })];
    });
    return frames.slice(0, MOST_FRAMES);
  }
}
