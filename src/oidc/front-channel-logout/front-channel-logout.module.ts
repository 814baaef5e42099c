import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { SignedOutFrames } from '../../auth/signed-out-frames';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { SessionClientsModule } from '../session-clients/session-clients.module';
import { FrontChannelFrames } from './front-channel-frames';

/**
 * Front-channel logout (OpenID Connect Front-Channel Logout 1.0): the page that says that somebody is signed out opens pages of the clients that took part in
 * the session. It works where the browser lets these pages have their cookies, and for the session of this browser only: the back channel is surer.
 */
@Module({ imports: [AuthModule, SessionClientsModule], providers: [FrontChannelFrames] })
export class FrontChannelLogoutModule {
  constructor(frames: SignedOutFrames, ofClients: FrontChannelFrames, contributions: MetadataContributions) {
    frames.register((sessionId) => ofClients.of(sessionId));
    contributions.register(() => ({
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    }));
  }
}
