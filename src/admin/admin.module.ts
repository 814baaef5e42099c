import { Module } from '@nestjs/common';
import { ClientsModule } from '../clients/clients.module';
import { ClientRegistrationModule } from '../oauth/client-registration/client-registration.module';
import { ResourceServersModule } from '../resource-servers/resource-servers.module';
import { AdministeredClients } from './clients/administered-clients';
import { AdministeredSecrets } from './clients/administered-secrets';
import { AdminClientSecretsController } from './clients/client-secrets.controller';
import { AdminClientSwitchController } from './clients/client-switch.controller';
import { AdminClientsController } from './clients/clients.controller';
import { AdministeredResourceServers } from './resource-servers/administered-resource-servers';
import { AdminResourceServersController } from './resource-servers/resource-servers.controller';
import { ScopeOverview } from './scopes/scope-overview';
import { AdminScopesController } from './scopes/scopes.controller';

/** The API for administrators, one folder for each noun. */
@Module({
  imports: [ClientsModule, ClientRegistrationModule, ResourceServersModule],
  controllers: [
    AdminClientsController,
    AdminClientSwitchController,
    AdminClientSecretsController,
    AdminResourceServersController,
    AdminScopesController,
  ],
  providers: [AdministeredClients, AdministeredSecrets, AdministeredResourceServers, ScopeOverview],
})
export class AdminModule {}
