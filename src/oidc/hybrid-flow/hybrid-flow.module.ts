import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { AuthorizationChecks } from '../../oauth/authorization-code/authorization-check';
import { ResponseParts } from '../../oauth/authorization-code/response-parts';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { GrantType } from '../../protocol/grant-types';
import { FrontChannelCheck } from './front-channel.check';
import { IdTokenPart } from './id-token.response-part';
import { SessionHolders } from './session-holders';
import { TokenPart } from './token.response-part';

/**
 * The implicit and the hybrid flow (OpenID Connect Core §3.2, §3.3): ID tokens and access tokens from the authorization endpoint, beside a code or without,
 * for clients of the `compat` profile that are registered for exactly that. New clients have no use for it (RFC 9700 §2.1.2), so that it is off where nobody
 * switches it on.
 */
@Module({ imports: [AuthModule], providers: [IdTokenPart, SessionHolders, TokenPart] })
export class HybridFlowModule {
  constructor(
    parts: ResponseParts,
    token: TokenPart,
    idToken: IdTokenPart,
    checks: AuthorizationChecks,
    contributions: MetadataContributions,
  ) {
    parts.register(token);
    parts.register(idToken);
    checks.register(new FrontChannelCheck());
    contributions.register(() => ({ grant_types_supported: [GrantType.implicit] }));
  }
}
