import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { ClientsModule } from '../../clients/clients.module';
import { type OAuthFeatureSwitches, trustsIssuers } from '../../config/oauth-features';
import { ClientRegistrationModule } from '../../oauth/client-registration/client-registration.module';
import { TrustedIssuerRegistrationModule } from '../../oauth/trusted-issuer-registration/trusted-issuer-registration.module';
import { ClientPlanner } from './client-planner';
import { ClientSection } from './client-section';
import { Configuration } from './configuration';
import { ConfigurationSections } from './configuration-sections';
import { ResourceServerSection } from './resource-server-section';
import { RoleSection } from './role-section';
import { SubjectLinkPlanner } from './subject-link-planner';
import { TrustedIssuerSection } from './trusted-issuer-section';
import { UserPlanner } from './user-planner';
import { UserSection } from './user-section';

/** The set-up of the server as a file. What belongs to a feature of the authorization server is in it where that is on. */
@Module({})
export class ConfigurationModule {
  static forRoot(switches: Pick<OAuthFeatureSwitches, 'jwt_bearer' | 'dynamic_registration'>): DynamicModule {
    const hasIssuers = trustsIssuers(switches);
    return {
      module: ConfigurationModule,
      imports: [
        AuthModule,
        ClientsModule,
        ClientRegistrationModule,
        ...(hasIssuers ? [TrustedIssuerRegistrationModule] : []),
      ],
      providers: [
        ClientPlanner,
        ClientSection,
        Configuration,
        ConfigurationSections,
        ResourceServerSection,
        RoleSection,
        UserPlanner,
        UserSection,
        ...(hasIssuers ? [SubjectLinkPlanner, TrustedIssuerSection] : []),
      ],
      exports: [Configuration],
    };
  }
}
