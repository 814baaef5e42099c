import { Module } from '@nestjs/common';
import { SubjectLinkStore } from './subject-link.store';
import { TrustedIssuerKeys } from './trusted-issuer-keys';
import { TrustedIssuerStore } from './trusted-issuer.store';
import { TrustedJwtVerifier } from './trusted-jwt-verifier';

/** Servers of others that are trusted to say for whom a client may have tokens, and whom they mean, or what a program is. */
@Module({
  providers: [SubjectLinkStore, TrustedIssuerKeys, TrustedIssuerStore, TrustedJwtVerifier],
  exports: [SubjectLinkStore, TrustedIssuerStore, TrustedJwtVerifier],
})
export class TrustedIssuersModule {}
