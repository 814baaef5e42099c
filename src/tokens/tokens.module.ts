import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module';
import { AccessTokenInspector } from './access-token-inspector';
import { AccessTokenMint } from './access-token-mint';
import { AccessTokenVerifier } from './access-token-verifier';
import { ClaimsContributors } from './claims-contributor';
import { OpaqueAccessTokens } from './opaque-access-tokens';
import { RevocationIndex } from './revocation-index';
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
