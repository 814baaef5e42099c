import { Module } from '@nestjs/common';
import { ClientsModule } from '../../clients/clients.module';
import { TokensModule } from '../../tokens/tokens.module';
import { ResourceIndicatorsModule } from '../resource-indicators/resource-indicators.module';
import { ClientChanges } from './client-changes';
import { ClientRegistrations } from './client-registrations';
import { RegistrationReader } from './registration-reader';

/** Registering clients (RFC 7591 §2), whoever does it: administrators, the command line, and where that is switched on the clients themselves. */
@Module({
  imports: [ClientsModule, ResourceIndicatorsModule, TokensModule],
  providers: [ClientChanges, ClientRegistrations, RegistrationReader],
  exports: [ClientChanges, ClientRegistrations, RegistrationReader],
})
export class ClientRegistrationModule {}
