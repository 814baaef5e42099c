import type { OidcFeatureName } from '../config/oauth-features';
import type { OAuthFeature } from '../oauth/oauth-feature';
import { HybridFlowModule } from './hybrid-flow/hybrid-flow.module';
import { OpenidModule } from './openid/openid.module';

/** THE table of what of the OpenID provider is on; as in `oauth.features.ts`, what is off is not there. */
export const OIDC_FEATURES: Readonly<Record<OidcFeatureName, OAuthFeature>> = {
  openid: {
    module: OpenidModule,
    title: 'OpenID Connect: ID tokens and UserInfo',
    specification: 'https://openid.net/specs/openid-connect-core-1_0.html',
  },
  implicit_and_hybrid: {
    module: HybridFlowModule,
    title: 'OpenID Connect: implicit and hybrid flow, for old clients',
    specification: 'https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html',
  },
};
