import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { ClientsModule } from '../../clients/clients.module';
import { KeysModule } from '../../keys/keys.module';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { SessionManager } from '../../sessions/session-manager';
import { ClaimsModule } from '../claims/claims.module';
import { SessionClientsModule } from '../session-clients/session-clients.module';
import { LogoutDeliveries } from './logout-deliveries';
import { LogoutMessenger } from './logout-messenger';
import { LogoutNotices } from './logout-notices';
import { LogoutTokenMint } from './logout-token-mint';

/**
 * Back-channel logout (OpenID Connect Back-Channel Logout 1.0): whatever a session ends by, the clients that take part in it are told by a signed token. What
 * they have to be told is written in the unit of work that ends the session, and delivered after it, again and again where need be. A session that nobody
 * uses any more expires without a word.
 */
@Module({
  imports: [AuthModule, ClaimsModule, ClientsModule, KeysModule, SessionClientsModule],
  providers: [LogoutDeliveries, LogoutMessenger, LogoutNotices, LogoutTokenMint],
})
export class BackChannelLogoutModule {
  constructor(
    sessions: SessionManager,
    notices: LogoutNotices,
    deliveries: LogoutDeliveries,
    contributions: MetadataContributions,
  ) {
    sessions.whenEnded((transaction, sessionIds) => {
      notices.add(transaction, sessionIds);
      transaction.afterCommit(() => deliveries.wake());
    });
    contributions.register(() => ({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    }));
  }
}
