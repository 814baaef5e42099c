import { type DynamicModule, Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module';
import { type OAuthFeatureSwitches, trustsIssuers } from '../config/oauth-features';
import { ClientRegistrationModule } from '../oauth/client-registration/client-registration.module';
import { TrustedIssuerRegistrationModule } from '../oauth/trusted-issuer-registration/trusted-issuer-registration.module';
import { ResourceServersModule } from '../resource-servers/resource-servers.module';
import { UsersModule } from '../users/users.module';
import { AdministeredClients } from './clients/administered-clients';
import { AdministeredSecrets } from './clients/administered-secrets';
import { AdminClientSecretsController } from './clients/client-secrets.controller';
import { AdminClientSwitchController } from './clients/client-switch.controller';
import { AdminClientsController } from './clients/clients.controller';
import { AdministeredResourceServers } from './resource-servers/administered-resource-servers';
import { AdminResourceServersController } from './resource-servers/resource-servers.controller';
import { ScopeOverview } from './scopes/scope-overview';
import { AdminScopesController } from './scopes/scopes.controller';
import { AdministeredSubjectLinks } from './trusted-issuers/administered-subject-links';
import { AdministeredTrustedIssuers } from './trusted-issuers/administered-trusted-issuers';
import { AdminSubjectLinksController } from './trusted-issuers/subject-links.controller';
import { AdminTrustedIssuersController } from './trusted-issuers/trusted-issuers.controller';
import { AdminUsersController } from './users/users.controller';

/** The API for administrators, one folder for each noun. What belongs to a feature of the authorization server is there where it is on. */
@Module({})
export class AdminModule {
  static forRoot(switches: Pick<OAuthFeatureSwitches, 'jwt_bearer' | 'dynamic_registration'>): DynamicModule {
    const [hasIssuers, hasLinks] = [trustsIssuers(switches), switches.jwt_bearer];
    return {
      module: AdminModule,
      imports: [
        ClientsModule,
        ClientRegistrationModule,
        ResourceServersModule,
        UsersModule,
        ...(hasIssuers ? [TrustedIssuerRegistrationModule] : []),
      ],
      controllers: [
        AdminClientsController,
        AdminClientSwitchController,
        AdminClientSecretsController,
        AdminResourceServersController,
        AdminScopesController,
        AdminUsersController,
        ...(hasIssuers ? [AdminTrustedIssuersController] : []),
        ...(hasLinks ? [AdminSubjectLinksController] : []),
      ],
      providers: [
        AdministeredClients,
        AdministeredSecrets,
        AdministeredResourceServers,
        ScopeOverview,
        ...(hasIssuers ? [AdministeredTrustedIssuers] : []),
        ...(hasLinks ? [AdministeredSubjectLinks] : []),
      ],
    };
  }
}
