import { type DynamicModule, Module } from '@nestjs/common';
import type { OAuthFeatureName, OAuthFeatureSwitches } from '../config/oauth-features';
import { ClientRegistrationModule } from './client-registration/client-registration.module';
import { ClientAuthenticationModule } from './client-authentication/client-authentication.module';
import { MetadataModule } from './metadata/metadata.module';
import { OAUTH_FEATURES } from './oauth.features';
import { ResourceIndicatorsModule } from './resource-indicators/resource-indicators.module';
import { TokenEndpointModule } from './token-endpoint/token-endpoint.module';

/** The authorization server (RFC 6749): what every feature stands on, and the features that are switched on. */
@Module({})
export class OAuthModule {
  static forRoot(switches: OAuthFeatureSwitches): DynamicModule {
    const isOn = ([name]: [string, unknown]) => switches[name as OAuthFeatureName];
    return {
      module: OAuthModule,
      imports: [
        ResourceIndicatorsModule,
        MetadataModule,
        ClientAuthenticationModule,
        ClientRegistrationModule,
        TokenEndpointModule,
        ...Object.entries(OAUTH_FEATURES)
          .filter(isOn)
          .map(([, { module }]) => module),
      ],
    };
  }
}
