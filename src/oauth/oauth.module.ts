import { type DynamicModule, Module } from '@nestjs/common';
import type { OAuthFeatureSwitches } from '../config/oauth-features';
import { ClientRegistrationModule } from './client-registration/client-registration.module';
import { ClientAuthenticationModule } from './client-authentication/client-authentication.module';
import { MetadataModule } from './metadata/metadata.module';
import { modulesOf } from './oauth-feature';
import { OAUTH_FEATURES } from './oauth.features';
import { ResourceIndicatorsModule } from './resource-indicators/resource-indicators.module';
import { TokenEndpointModule } from './token-endpoint/token-endpoint.module';

/** The authorization server (RFC 6749): what every feature stands on, and the features that are switched on. */
@Module({})
export class OAuthModule {
  static forRoot(switches: OAuthFeatureSwitches): DynamicModule {
    return {
      module: OAuthModule,
      imports: [
        ResourceIndicatorsModule,
        MetadataModule,
        ClientAuthenticationModule,
        ClientRegistrationModule,
        TokenEndpointModule,
        ...modulesOf(OAUTH_FEATURES, switches),
      ],
    };
  }
}
