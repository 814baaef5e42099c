import { type DynamicModule, Module } from '@nestjs/common';
import type { OAuthFeatureSwitches } from '../config/oauth-features';
import { modulesOf } from '../oauth/oauth-feature';
import { OIDC_FEATURES } from './oidc.features';

/** The OpenID provider: what the authorization server says about people, on top of it and unknown to it. */
@Module({})
export class OidcModule {
  static forRoot(switches: OAuthFeatureSwitches): DynamicModule {
    return { module: OidcModule, imports: modulesOf(OIDC_FEATURES, switches) };
  }
}
