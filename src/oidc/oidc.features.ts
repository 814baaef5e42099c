import type { OidcFeatureName } from '../config/oauth-features';
import type { OAuthFeature } from '../oauth/oauth-feature';
import { EncryptionModule } from './encryption/encryption.module';
import { OpenidModule } from './openid/openid.module';

/** THE table of what of the OpenID provider is on; as in `oauth.features.ts`, what is off is not there. */
export const OIDC_FEATURES: Readonly<Record<OidcFeatureName, OAuthFeature>> = {
  openid: {
    module: OpenidModule,
    title: 'OpenID Connect: ID tokens and UserInfo',
    specification: 'https://openid.net/specs/openid-connect-core-1_0.html',
  },
  encryption: {
    module: EncryptionModule,
    title: 'OpenID Connect: encrypted tokens and requests',
    specification: 'https://www.rfc-editor.org/rfc/rfc7516',
  },
};
