import { Global, Inject, Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { SETTINGS, type Settings } from '../../config/settings';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { ClaimsModule } from '../claims/claims.module';
import { LogoutController } from './logout.controller';
import { LogoutFlow } from './logout-flow';
import { LOGOUT_PATH } from './logout-request';
import { LogoutRequests } from './logout-requests';

/**
 * RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): an application sends people here who sign out of it, so that they are signed out here and of
 * all others, too. Where nothing proves that it is one of theirs that asks, a page asks them; the page is elsewhere.
 */
@Global()
@Module({
  imports: [AuthModule, ClaimsModule],
  controllers: [LogoutController],
  providers: [LogoutFlow, LogoutRequests],
  exports: [LogoutFlow],
})
export class RpInitiatedLogoutModule {
  constructor(contributions: MetadataContributions, @Inject(SETTINGS) { issuer }: Settings) {
    contributions.register(() => ({ end_session_endpoint: `${issuer}${LOGOUT_PATH}` }));
  }
}
