import { Inject, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import { TokensModule } from '../../tokens/tokens.module';
import { authenticationMetadata } from '../client-authentication/authentication-metadata';
import { ClientAuthenticationMethods } from '../client-authentication/client-authentication-method';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { RevocationController } from './revocation.controller';
import { TokenRevocation } from './token-revocation';

/** Token revocation (RFC 7009): a client takes back what it was given, on every node within a second. */
@Module({ imports: [TokensModule], controllers: [RevocationController], providers: [TokenRevocation] })
export class RevocationModule {
  constructor(
    contributions: MetadataContributions,
    methods: ClientAuthenticationMethods,
    @Inject(SETTINGS) { issuer }: Settings,
  ) {
    contributions.register(() => ({
      revocation_endpoint: `${issuer}/oauth/revoke`,
      ...authenticationMetadata('revocation_endpoint', methods, { publicToo: true }),
    }));
  }
}
