import { Module } from '@nestjs/common';
import { SETTINGS } from '../config/settings';
import { KeysModule } from '../keys/keys.module';
import { AccessTokenInspector } from './access-token-inspector';
import { AccessTokenMint } from './access-token-mint';
import { ACCESS_TOKEN_TERMS, ownTerms } from './access-token-terms';
import { AccessTokenVerifier } from './access-token-verifier';
import { ClaimsContributors } from './claims-contributor';
import { OpaqueAccessTokens } from './opaque-access-tokens';
import { RevocationIndex } from './revocation-index';
import { Revocations } from './revocations';
import { TokenFamilies } from './token-families';
import { TokenIssuer } from './token-issuer';
import { TokenRevoker } from './token-revoker';

/** The one mint, the one verifier and the one revoker. */
@Module({
  imports: [KeysModule],
  providers: [
    AccessTokenInspector,
    AccessTokenMint,
    AccessTokenVerifier,
    ClaimsContributors,
    OpaqueAccessTokens,
    RevocationIndex,
    { provide: Revocations, useExisting: RevocationIndex },
    { provide: ACCESS_TOKEN_TERMS, useFactory: ownTerms, inject: [SETTINGS] },
    TokenFamilies,
    TokenIssuer,
    TokenRevoker,
  ],
  exports: [
    AccessTokenInspector,
    AccessTokenVerifier,
    ClaimsContributors,
    OpaqueAccessTokens,
    TokenFamilies,
    TokenIssuer,
    TokenRevoker,
    KeysModule,
  ],
})
export class TokensModule {}
