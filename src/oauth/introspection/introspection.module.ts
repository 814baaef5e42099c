import { Inject, Module } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import { TokensModule } from '../../tokens/tokens.module';
import { authenticationMetadata } from '../client-authentication/authentication-metadata';
import { ClientAuthenticationMethods } from '../client-authentication/client-authentication-method';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { IntrospectionController } from './introspection.controller';
import { TokenIntrospector } from './token-introspector';

/**
 * Token introspection (RFC 7662): resource servers ask about tokens, JWT and opaque, that are meant for them, with the credentials of a client that
 * they name. Signed answers (RFC 9701) are not given.
 */
@Module({ imports: [TokensModule], controllers: [IntrospectionController], providers: [TokenIntrospector] })
export class IntrospectionModule {
  constructor(
    contributions: MetadataContributions,
    methods: ClientAuthenticationMethods,
    @Inject(SETTINGS) { issuer }: Settings,
  ) {
    contributions.register(() => ({
      introspection_endpoint: `${issuer}/oauth/introspect`,
      ...authenticationMetadata('introspection_endpoint', methods, { publicToo: false }),
    }));
  }
}
