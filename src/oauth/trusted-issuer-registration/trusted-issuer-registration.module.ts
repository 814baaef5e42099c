import { Module } from '@nestjs/common';
import { ClientsModule } from '../../clients/clients.module';
import { TokensModule } from '../../tokens/tokens.module';
import { TrustedIssuersModule } from '../../trusted-issuers/trusted-issuers.module';
import { UsersModule } from '../../users/users.module';
import { TrustedIssuerChanges } from './trusted-issuer-changes';
import { TrustedIssuerReader } from './trusted-issuer-reader';
import { TrustedIssuerRegistrations } from './trusted-issuer-registrations';

/** Saying whom this server trusts and with what, whoever does it: administrators or the command line. */
@Module({
  imports: [ClientsModule, TokensModule, TrustedIssuersModule, UsersModule],
  providers: [TrustedIssuerChanges, TrustedIssuerReader, TrustedIssuerRegistrations],
  exports: [TrustedIssuerChanges, TrustedIssuerReader, TrustedIssuerRegistrations, TrustedIssuersModule],
})
export class TrustedIssuerRegistrationModule {}
