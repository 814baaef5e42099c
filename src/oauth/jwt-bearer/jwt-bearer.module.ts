import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { TrustedIssuersModule } from '../../trusted-issuers/trusted-issuers.module';
import { AssertedSubjects } from './asserted-subjects';
import { AuthorizationAssertionVerifier } from './assertion-verifier';
import { JwtBearerGrant } from './jwt-bearer.grant';

/**
 * JWT authorization grants (RFC 7523 §2.1): a client gets tokens for a person of whom an issuer speaks that an administrator trusts to do so, to that
 * client, for those scopes. People are known by links that an administrator has made; a subject that nobody has linked is nobody. Assertions that a
 * client has signed itself are none.
 */
@Module({
  imports: [AuthModule, TrustedIssuersModule],
  providers: [AssertedSubjects, AuthorizationAssertionVerifier, JwtBearerGrant],
})
export class JwtBearerModule {}
