import { Global, Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { AuthorizationChecks } from '../../oauth/authorization-code/authorization-check';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { ResponseExtensions } from '../../oauth/token-endpoint/response-extension';
import { ClaimsModule } from '../claims/claims.module';
import { ClaimsCheck } from './claims.check';
import { RequestedClaimsExtension } from './requested-claims.extension';
import { RequestedClaimsStore } from './requested-claims.store';

/**
 * The parameter `claims` (OpenID Connect Core §5.5): what a client asks for claim by claim, for UserInfo and for ID tokens, with the values that it wants.
 * People are asked for what no scope asks for, and what was granted holds as long as the tokens that came of it. A claim without one of the wanted values is
 * left out; `sub` decides who the person must be.
 */
@Global()
@Module({
  imports: [AuthModule, ClaimsModule],
  providers: [ClaimsCheck, RequestedClaimsExtension, RequestedClaimsStore],
  exports: [RequestedClaimsStore],
})
export class ClaimsParameterModule {
  constructor(
    checks: AuthorizationChecks,
    check: ClaimsCheck,
    extensions: ResponseExtensions,
    extension: RequestedClaimsExtension,
    contributions: MetadataContributions,
  ) {
    checks.register(check);
    extensions.register(extension);
    contributions.register(() => ({ claims_parameter_supported: true }));
  }
}
