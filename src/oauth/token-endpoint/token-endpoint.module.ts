import { Global, Inject, Module, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { TokensModule } from '../../tokens/tokens.module';
import { SETTINGS, type Settings } from '../../config/settings';
import { authenticationMetadata } from '../client-authentication/authentication-metadata';
import { ClientAuthenticationMethods } from '../client-authentication/client-authentication-method';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { ProtocolScopes } from '../resource-indicators/protocol-scopes';
import { GRANT, type Grant, type GrantDescription, GrantRegistry } from './grant';
import { TermsOfIssue } from './issue-terms';
import { ReplayedCodes } from './replayed-codes';
import { ResponseExtensions } from './response-extension';
import { SenderProofs } from './sender-proofs';
import { TokenController } from './token.controller';
import { TokenForm } from './token-form';
import { ROLES_SCOPE, TokenPipeline } from './token-pipeline';

/**
 * The token endpoint (RFC 6749 §3.2). One pipeline answers every request: parse → authenticate client → verify sender proof → find grant → redeem →
 * issue → extend response → answer. Grants register themselves (`@GrantOf`); this folder knows none of them.
 */
@Global()
@Module({
  imports: [DiscoveryModule, TokensModule],
  controllers: [TokenController],
  providers: [GrantRegistry, ReplayedCodes, ResponseExtensions, SenderProofs, TermsOfIssue, TokenForm, TokenPipeline],
  exports: [GrantRegistry, ReplayedCodes, ResponseExtensions, SenderProofs, TokenPipeline],
})
export class TokenEndpointModule implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly grants: GrantRegistry,
    contributions: MetadataContributions,
    scopes: ProtocolScopes,
    methods: ClientAuthenticationMethods,
    @Inject(SETTINGS) { issuer }: Settings,
  ) {
    scopes.register({ name: ROLES_SCOPE, description: 'See and use the roles that you have here' });
    contributions.register(() => ({
      token_endpoint: `${issuer}/oauth/token`,
      grant_types_supported: grants.types,
      ...authenticationMetadata('token_endpoint', methods, { publicToo: true }),
    }));
  }

  onModuleInit(): void {
    for (const { metatype, instance } of this.discovery.getProviders()) {
      const described: unknown = typeof metatype === 'function' ? Reflect.getMetadata(GRANT, metatype) : undefined;
      if (described !== undefined) this.grants.register(described as GrantDescription, instance as Grant);
    }
  }
}
