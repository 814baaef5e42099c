import { Global, Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { PersonClaims } from '../../auth/person-claims';
import { MetadataContributions } from '../../oauth/metadata/metadata-contributions';
import { ProtocolScopes } from '../../oauth/resource-indicators/protocol-scopes';
import { AccountClaims } from './account-claims';
import { Subjects } from './subjects';

/**
 * What applications are told about people (OpenID Connect Core §5): by which identifier (§8), and which claims the scopes ask for (§5.4). Feature modules add
 * claims of their own (`@ContributesPersonClaims`).
 */
@Global()
@Module({ imports: [AuthModule], providers: [AccountClaims, Subjects], exports: [Subjects] })
export class ClaimsModule {
  constructor(
    claims: PersonClaims,
    account: AccountClaims,
    scopes: ProtocolScopes,
    contributions: MetadataContributions,
  ) {
    claims.register(account);
    scopes.register({ name: 'profile', description: 'See your name and your profile' });
    scopes.register({ name: 'email', description: 'See your e-mail address' });
    contributions.register(() => ({
      claims_supported: [
        ...['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'acr', 'amr', 'nonce', 'azp', 'sid'],
        ...claims.names,
      ],
      claim_types_supported: ['normal'],
      subject_types_supported: ['public', 'pairwise'],
    }));
  }
}
