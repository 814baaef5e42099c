import { Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { PersonClaims } from '../../auth/person-claims';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { ProtocolScopes } from '../../oauth/resource-indicators/protocol-scopes';
import { STANDARD_CLAIM_SCOPES, STANDARD_CLAIM_TABLE } from '../../users/standard-claims';
import { IdTokenClaims } from './id-token-claims';
import { Subjects } from './subjects';
import { ToldClaims } from './told-claims';

const SCOPE_WORDS = {
  profile: 'See your name and your profile',
  email: 'See your e-mail address',
  address: 'See your postal address',
  phone: 'See your telephone number',
};

/**
 * What applications are told about people (OpenID Connect Core §5): by which identifier (§8), which claims the scopes ask for (§5.4). Feature modules add
 * claims of their own (`@ContributesPersonClaims`). Claims are told in one language: `claims_locales` is passed over, as §5.2 allows, and not announced.
 * Aggregated and distributed claims are not there.
 */
@Global()
@Module({
  imports: [AuthModule],
  providers: [IdTokenClaims, Subjects, ToldClaims],
  exports: [IdTokenClaims, Subjects, ToldClaims],
})
export class ClaimsModule implements OnApplicationBootstrap {
  constructor(
    private readonly claims: PersonClaims,
    private readonly scopes: ProtocolScopes,
    contributions: MetadataContributions,
  ) {
    const claimWords = Object.fromEntries([...STANDARD_CLAIM_TABLE].map(([name, { words }]) => [name, words]));
    claims.describe({ scopes: STANDARD_CLAIM_SCOPES, scopeWords: SCOPE_WORDS, claimWords });
    contributions.register(() => ({
      claims_supported: [
        ...['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'amr', 'nonce', 'azp', 'sid'],
        ...claims.names,
      ],
      claim_types_supported: ['normal'],
      subject_types_supported: ['public', 'pairwise'],
    }));
  }

  /** By then feature modules have said what they know. */
  onApplicationBootstrap(): void {
    for (const scope of this.claims.scopes) this.scopes.register(scope);
  }
}
