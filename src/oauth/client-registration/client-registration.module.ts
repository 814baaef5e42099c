import { Module } from '@nestjs/common';
import { ClientsModule } from '../../clients/clients.module';
import { TokensModule } from '../../tokens/tokens.module';
import { ResourceIndicatorsModule } from '../resource-indicators/resource-indicators.module';
import { ClientRegistrations } from './client-registrations';

/** Registering clients (RFC 7591 §2), whoever does it: administrators, the command line, and where that is switched on the clients themselves. */
@Module({
  imports: [ClientsModule, ResourceIndicatorsModule, TokensModule],
  providers: [ClientRegistrations],
  exports: [ClientRegistrations],
})
export class ClientRegistrationModule {}
