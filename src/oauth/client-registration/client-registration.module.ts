import { Module } from '@nestjs/common';
import { ClientsModule } from '../../clients/clients.module';
import { TokensModule } from '../../tokens/tokens.module';
import { ConsentsModule } from '../../consents/consents.module';
import { ResourceIndicatorsModule } from '../resource-indicators/resource-indicators.module';
import { ChangedTerms } from './changed-terms';
import { ClientChanges } from './client-changes';
import { ClientRegistrations } from './client-registrations';
import { RegistrationReader } from './registration-reader';

/** Registering clients (RFC 7591 §2), whoever does it: administrators, the command line, and where that is switched on the clients themselves. */
@Module({
  imports: [ClientsModule, ConsentsModule, ResourceIndicatorsModule, TokensModule],
  providers: [ChangedTerms, ClientChanges, ClientRegistrations, RegistrationReader],
  exports: [ChangedTerms, ClientChanges, ClientRegistrations, RegistrationReader],
})
export class ClientRegistrationModule {}
