import { Inject, Module } from '@nestjs/common';
import { ClientsModule } from '../../clients/clients.module';
import { SETTINGS, type Settings } from '../../config/settings';
import { TrustedIssuersModule } from '../../trusted-issuers/trusted-issuers.module';
import { ClientRegistrationModule } from '../client-registration/client-registration.module';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { ClientConfigurationController } from './client-configuration.controller';
import { ClientConfigurations } from './client-configurations';
import { RegistrationController } from './registration.controller';
import { RegistrationLimits } from './registration-limits';
import { REGISTRATION_PATH } from './client-information';
import { SelfDescriptions } from './self-descriptions';
import { SelfRegistration } from './self-registration';
import { SoftwareStatements } from './software-statements';

/**
 * Dynamic registration (RFC 7591) and its management (RFC 7592): an application that was given an initial access token registers itself, and reads,
 * changes and removes its registration with the token that it gets. It is a stranger still: people decide on it, are told that nobody has checked it, and
 * it gets nothing but by them. Software statements count where an administrator trusts who has signed them, and are refused otherwise. Clients that
 * are not used are forgotten.
 */
@Module({
  imports: [ClientsModule, ClientRegistrationModule, TrustedIssuersModule],
  controllers: [RegistrationController, ClientConfigurationController],
  providers: [ClientConfigurations, RegistrationLimits, SelfDescriptions, SelfRegistration, SoftwareStatements],
})
export class DynamicRegistrationModule {
  constructor(contributions: MetadataContributions, @Inject(SETTINGS) { issuer }: Settings) {
    // RFC 8414 §2
    contributions.register(() => ({ registration_endpoint: `${issuer}${REGISTRATION_PATH}` }));
  }
}
