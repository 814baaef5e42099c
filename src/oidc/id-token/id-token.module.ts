import { Global, Module } from '@nestjs/common';
import { ClientsModule } from '../../clients/clients.module';
import { ID_TOKEN_ALGORITHMS } from '../../clients/openid-metadata';
import { KeyRing } from '../../keys/key-ring';
import { KeysModule } from '../../keys/keys.module';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { ResponseExtensions } from '../../oauth/token-endpoint/response-extension';
import { ClaimsModule } from '../claims/claims.module';
import { IdTokenExtension } from './id-token.extension';
import { IdTokenHints } from './id-token-hints';
import { IdTokenIssuer } from './id-token-issuer';
import { IdTokenMint } from './id-token-mint';
import { IdTokenRecipients } from './id-token-recipients';

/**
 * ID tokens (OpenID Connect Core §2): signed as the client has registered, RS256 where it says nothing. The token endpoint knows nothing of them: they are an
 * extension of its answers.
 */
@Global()
@Module({
  imports: [ClientsModule, KeysModule, ClaimsModule],
  providers: [IdTokenExtension, IdTokenHints, IdTokenIssuer, IdTokenMint, IdTokenRecipients],
  exports: [IdTokenHints, IdTokenIssuer, IdTokenRecipients],
})
export class IdTokenModule {
  constructor(
    keyRing: KeyRing,
    extensions: ResponseExtensions,
    extension: IdTokenExtension,
    contributions: MetadataContributions,
  ) {
    keyRing.need('RS256');
    extensions.register(extension);
    contributions.register(() => ({ id_token_signing_alg_values_supported: ID_TOKEN_ALGORITHMS }));
  }
}
