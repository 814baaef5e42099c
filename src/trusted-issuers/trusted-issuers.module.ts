import { Module } from '@nestjs/common';
import { SubjectLinkStore } from './subject-link-store';
import { TrustedIssuerKeys } from './trusted-issuer-keys';
import { TrustedIssuerStore } from './trusted-issuer-store';

/** Servers of others that are trusted to say for whom a client may have tokens, and whom they mean. */
@Module({
  providers: [SubjectLinkStore, TrustedIssuerKeys, TrustedIssuerStore],
  exports: [SubjectLinkStore, TrustedIssuerKeys, TrustedIssuerStore],
})
export class TrustedIssuersModule {}
