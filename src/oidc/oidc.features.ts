import type { OidcFeatureName } from '../config/oauth-features';
import type { OAuthFeature } from '../oauth/oauth-feature';
import { BackChannelLogoutModule } from './back-channel-logout/back-channel-logout.module';
import { FrontChannelLogoutModule } from './front-channel-logout/front-channel-logout.module';
import { HybridFlowModule } from './hybrid-flow/hybrid-flow.module';
import { EncryptionModule } from './encryption/encryption.module';
import { OpenidModule } from './openid/openid.module';
import { RpInitiatedLogoutModule } from './rp-initiated-logout/rp-initiated-logout.module';
import { SessionManagementModule } from './session-management/session-management.module';

/** THE table of what of the OpenID provider is on; as in `oauth.features.ts`, what is off is not there. */
export const OIDC_FEATURES: Readonly<Record<OidcFeatureName, OAuthFeature>> = {
  openid: {
    module: OpenidModule,
    title: 'OpenID Connect: ID tokens and UserInfo',
    specification: 'https://openid.net/specs/openid-connect-core-1_0.html',
  },
  rp_initiated_logout: {
    module: RpInitiatedLogoutModule,
    title: 'Signing out at the wish of an application',
    specification: 'https://openid.net/specs/openid-connect-rpinitiated-1_0.html',
  },
  back_channel_logout: {
    module: BackChannelLogoutModule,
    title: 'Telling applications that somebody has signed out',
    specification: 'https://openid.net/specs/openid-connect-backchannel-1_0.html',
  },
  front_channel_logout: {
    module: FrontChannelLogoutModule,
    title: 'Telling applications in the browser that somebody has signed out',
    specification: 'https://openid.net/specs/openid-connect-frontchannel-1_0.html',
  },
  session_management: {
    module: SessionManagementModule,
    title: 'Applications that watch whether somebody is still signed in',
    specification: 'https://openid.net/specs/openid-connect-session-1_0.html',
  },
  implicit_and_hybrid: {
    module: HybridFlowModule,
    title: 'OpenID Connect: implicit and hybrid flow, for old clients',
    specification: 'https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html',
  },
  encryption: {
    module: EncryptionModule,
    title: 'OpenID Connect: encrypted tokens and requests',
    specification: 'https://www.rfc-editor.org/rfc/rfc7516',
  },
};
