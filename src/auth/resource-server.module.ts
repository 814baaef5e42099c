import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { Clock, SystemClock } from '../config/clock';
import { resourceMetadataAddress } from '../http/resource-metadata';
import { randomSecret } from '../crypto/random-id';
import { VerificationKeys } from '../keys/verification-keys';
import { DpopNonces } from '../sender-constraint/dpop-nonces';
import { DpopProofs } from '../sender-constraint/dpop-proofs';
import { NonceKey } from '../sender-constraint/nonce-key';
import { UsedProofs } from '../sender-constraint/used-proofs';
import { ACCESS_TOKEN_TERMS, type AccessTokenTerms } from '../tokens/access-token-terms';
import { AccessTokenVerifier } from '../tokens/access-token-verifier';
import { ClaimsContributors } from '../tokens/claims-contributor';
import { Revocations } from '../tokens/revocations';
import { CredentialExtractors } from './credentials/credential-extractors';
import { HttpCredentials } from './credentials/http-credentials';
import { ExtensionPoints } from './extension-points';
import { AccessTokenGuard } from './guards/access-token.guard';
import { REFUSAL_TERMS, RefusalFilter, type RefusalTerms } from './refusal.filter';
import { Requirements } from './requirements';
import {
  RESOURCE_SERVER_TERMS,
  type ResourceServerOptions,
  resourceServerTerms,
  type ResourceServerTerms,
} from './resource-server-options';
import { IntrospectionJudge } from './resource-server/introspection-judge';
import { IssuerRequests } from './resource-server/issuer-requests';
import { PeopleOfTheIssuer } from './resource-server/people-of-the-issuer';
import { ProofsOfThisProcess } from './resource-server/proofs-of-this-process';
import { PublishedKeys } from './resource-server/published-keys';
import { PersonClaims } from './person-claims';
import { ResourceMetadataController } from './resource-server/resource-metadata.controller';
import { TokenIntrospection } from './resource-server/token-introspection';
import { IssuerDiscovery } from './resource-server/issuer-discovery';
import { RoutePolicies } from './route-policies';
import { ScopeRegistry } from './scope-registry';
import { SocketGate } from './socket-gate';
import { JwtStrategy } from './strategies/jwt.strategy';
import { TokenHolders } from './token-holders';
import { SignatureJudge, TokenJudge } from './token-judge';
import { TokenPossession } from './token-possession';

/**
 * Deviation: RFC 6750 §3.1 calls a revoked token invalid. A resource server that does not ask the issuer cannot know of it: a JWT stays good here until it
 * expires, which is soon. With `introspection: { jwtToo: true }` it is asked.
 */
const NOBODY_TELLS: Revocations = { isRevoked: () => false };

/**
 * The gate of another application, which trusts an issuer and has no database, no people and no tokens of its own: the same guard and decorators. It
 * imports nothing of the database, unlike `AuthModule`, whose `forResourceServer` is the same.
 */
@Module({})
export class ResourceServerModule {
  /** @throws {InvalidResourceServer} naming the option that cannot be meant */
  static forRoot(options: ResourceServerOptions): DynamicModule {
    const terms = resourceServerTerms(options);
    return {
      module: ResourceServerModule,
      global: true,
      imports: [PassportModule, DiscoveryModule, JwtModule.register({}), ...(options.imports ?? [])],
      controllers: [ResourceMetadataController],
      providers: [
        ...termsOf(terms),
        ...judgesOf(terms),
        ...possessionOf(terms),
        { provide: Clock, useValue: options.clock ?? new SystemClock() },
        AccessTokenGuard,
        { provide: APP_GUARD, useExisting: AccessTokenGuard },
        { provide: APP_FILTER, useClass: RefusalFilter },
        { provide: TokenHolders, useClass: PeopleOfTheIssuer },
        ClaimsContributors,
        CredentialExtractors,
        ExtensionPoints,
        PersonClaims,
        Requirements,
        RoutePolicies,
        ScopeRegistry,
        SocketGate,
      ],
      exports: [
        Clock,
        CredentialExtractors,
        JwtStrategy,
        REFUSAL_TERMS,
        Requirements,
        SocketGate,
        TokenHolders,
        TokenJudge,
        TokenPossession,
      ],
    };
  }
}

function termsOf(terms: ResourceServerTerms): Provider[] {
  const { issuer, audience, clockTolerance, address } = terms;
  const ofTokens: AccessTokenTerms = { issuer, audience, clockTolerance, lifetime: Number.POSITIVE_INFINITY };
  const ofRefusals: RefusalTerms = { issuer, resourceMetadata: resourceMetadataAddress(audience) };
  return [
    { provide: RESOURCE_SERVER_TERMS, useValue: terms },
    { provide: ACCESS_TOKEN_TERMS, useValue: ofTokens },
    { provide: REFUSAL_TERMS, useValue: ofRefusals },
    { provide: HttpCredentials, useValue: new HttpCredentials({ address, dpop: true }, null) },
  ];
}

/** Who finds tokens good or bad, and with what. */
function judgesOf({ introspection }: ResourceServerTerms): Provider[] {
  return [
    AccessTokenVerifier,
    IssuerRequests,
    JwtStrategy,
    PublishedKeys,
    TokenIntrospection,
    IssuerDiscovery,
    { provide: VerificationKeys, useExisting: PublishedKeys },
    { provide: Revocations, useValue: NOBODY_TELLS },
    { provide: TokenJudge, useClass: introspection === undefined ? SignatureJudge : IntrospectionJudge },
  ];
}

/** Proofs of possession (RFC 9449 §7). */
function possessionOf({ clockTolerance, dpop = {} }: ResourceServerTerms): Provider[] {
  const { usedProofs = ProofsOfThisProcess, nonceKey = randomSecret() } = dpop;
  const key: NonceKey = { read: async () => nonceKey };
  const terms = { tokens: { clockTolerance }, dpopNonce: dpop.nonce ?? 'optional' } as const;
  return [
    DpopNonces,
    { provide: NonceKey, useValue: key },
    {
      provide: UsedProofs,
      ...(typeof usedProofs === 'function' ? { useClass: usedProofs } : { useValue: usedProofs }),
    },
    {
      provide: DpopProofs,
      useFactory: (nonces: DpopNonces, used: UsedProofs, clock: Clock) => new DpopProofs(nonces, used, clock, terms),
      inject: [DpopNonces, UsedProofs, Clock],
    },
    {
      provide: TokenPossession,
      useFactory: (proofs: DpopProofs, nonces: DpopNonces) =>
        new TokenPossession(proofs, nonces, { oauthFeatures: { dpop: true } }),
      inject: [DpopProofs, DpopNonces],
    },
  ];
}
