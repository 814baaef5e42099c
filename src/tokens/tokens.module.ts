import { Module } from '@nestjs/common';
import { KeysModule } from '../keys/keys.module';
import { AccessTokenVerifier } from './access-token-verifier';
import { ClaimsContributors } from './claims-contributor';
import { RevocationIndex } from './revocation-index';
import { TokenFamilies } from './token-families';
import { TokenIssuer } from './token-issuer';
import { TokenRevoker } from './token-revoker';

/** The one mint, the one verifier and the one revoker. */
@Module({
  imports: [KeysModule],
  providers: [AccessTokenVerifier, ClaimsContributors, RevocationIndex, TokenFamilies, TokenIssuer, TokenRevoker],
  exports: [AccessTokenVerifier, ClaimsContributors, TokenFamilies, TokenIssuer, TokenRevoker, KeysModule],
})
export class TokensModule {}
