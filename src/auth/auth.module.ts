import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { SETTINGS, type Settings } from '../config/settings';
import { resourceMetadataAddress } from '../http/resource-metadata';
import { ClientsModule } from '../clients/clients.module';
import { ConsentsModule } from '../consents/consents.module';
import { InteractionsModule } from '../interactions/interactions.module';
import { SenderConstraintModule } from '../sender-constraint/sender-constraint.module';
import { SessionsModule } from '../sessions/sessions.module';
import { TokensModule } from '../tokens/tokens.module';
import { UsersModule } from '../users/users.module';
import { AccountController } from './account.controller';
import { AccountChanges } from './account-changes';
import { AccountDetails } from './account-details';
import { Accounts } from './accounts';
import { AccessTokens } from './access-tokens';
import { AuthController } from './auth.controller';
import { BrowserInteractions } from './browser-interactions';
import { BrowserSessions } from './browser-sessions';
import { BrowserSignIn } from './browser-sign-in';
import { BrowserSignOut } from './browser-sign-out';
import { ConnectedApplications } from './connected-applications';
import { CookieRenewal } from './cookie-renewal';
import { CredentialExtractors } from './credentials/credential-extractors';
import { HttpCredentials } from './credentials/http-credentials';
import { EligibleHolders } from './eligible-holders';
import { ExtensionPoints } from './extension-points';
import { FirstAdministrator } from './first-administrator';
import { FirstPartyTokens } from './first-party-tokens';
import { AccessTokenGuard } from './guards/access-token.guard';
import { PasswordAuthenticator } from './password-authenticator';
import { People } from './people';
import { PersonClaims } from './person-claims';
import { Profiles } from './profiles';
import { REFUSAL_TERMS, type RefusalTerms } from './refusal.filter';
import { RefreshTokenRedeemer } from './refresh-token-redeemer';
import { Registration } from './registration';
import { ReplayedTokens } from './replayed-tokens';
import { Requirements } from './requirements';
import { ResourceServerModule } from './resource-server.module';
import type { ResourceServerOptions } from './resource-server-options';
import { RoutePolicies } from './route-policies';
import { ScopeRegistry } from './scope-registry';
import { SetUp } from './set-up';
import { SignIn } from './sign-in';
import { SignInLimits } from './sign-in-limits';
import { JwtStrategy } from './strategies/jwt.strategy';
import { LocalStrategy } from './strategies/local.strategy';
import { SignedOutFrames } from './signed-out-frames';
import { SignOut } from './sign-out';
import { SocketGate } from './socket-gate';
import { TokenCookies } from './token-cookies';
import { TokenDelivery } from './token-delivery';
import { TokenHolders } from './token-holders';
import { IssuerJudge, TokenJudge } from './token-judge';
import { TokenPossession } from './token-possession';
import { TokenRefresh } from './token-refresh';

/**
 * The gate: Passport's local strategy lets people in, its JWT strategy lets tokens through, and the global guard closes every route
 * that no decorator opens.
 */
@Module({
  imports: [
    PassportModule,
    DiscoveryModule,
    ClientsModule,
    ConsentsModule,
    InteractionsModule,
    SenderConstraintModule,
    UsersModule,
    SessionsModule,
    TokensModule,
  ],
  controllers: [AuthController, AccountController],
  providers: [
    AccessTokenGuard,
    { provide: APP_GUARD, useExisting: AccessTokenGuard },
    { provide: TokenJudge, useClass: IssuerJudge },
    { provide: TokenHolders, useExisting: People },
    {
      provide: REFUSAL_TERMS,
      useFactory: ({ issuer }: Settings): RefusalTerms => ({
        issuer,
        resourceMetadata: resourceMetadataAddress(issuer),
      }),
      inject: [SETTINGS],
    },
    {
      provide: HttpCredentials,
      useFactory: (cookies: TokenCookies, renewal: CookieRenewal, { issuer, oauthFeatures }: Settings) =>
        new HttpCredentials({ address: issuer, dpop: oauthFeatures.dpop }, { cookies, renewal }),
      inject: [TokenCookies, CookieRenewal, SETTINGS],
    },
    JwtStrategy,
    LocalStrategy,
    AccessTokens,
    AccountChanges,
    AccountDetails,
    Accounts,
    BrowserInteractions,
    BrowserSessions,
    BrowserSignIn,
    BrowserSignOut,
    ConnectedApplications,
    CookieRenewal,
    CredentialExtractors,
    EligibleHolders,
    ExtensionPoints,
    FirstAdministrator,
    FirstPartyTokens,
    PasswordAuthenticator,
    People,
    PersonClaims,
    Profiles,
    RefreshTokenRedeemer,
    Registration,
    ReplayedTokens,
    Requirements,
    RoutePolicies,
    ScopeRegistry,
    SetUp,
    SignIn,
    SignInLimits,
    SignedOutFrames,
    SignOut,
    SocketGate,
    TokenCookies,
    TokenDelivery,
    TokenPossession,
    TokenRefresh,
  ],
  exports: [
    AccessTokens,
    AccountChanges,
    Accounts,
    BrowserInteractions,
    BrowserSessions,
    BrowserSignIn,
    BrowserSignOut,
    ConnectedApplications,
    CredentialExtractors,
    EligibleHolders,
    InteractionsModule,
    JwtStrategy,
    PasswordAuthenticator,
    PersonClaims,
    Profiles,
    REFUSAL_TERMS,
    RefreshTokenRedeemer,
    Registration,
    Requirements,
    ScopeRegistry,
    SetUp,
    SessionsModule,
    SignedOutFrames,
    SignOut,
    SocketGate,
    TokenHolders,
    TokenJudge,
    TokenPossession,
    UsersModule,
    TokensModule,
  ],
})
export class AuthModule {
  /**
   * The gate of another application, which trusts this issuer: the guard and the decorators, without people, database or tokens of its own.
   * @throws {InvalidResourceServer} naming the option that cannot be meant
   */
  static forResourceServer(options: ResourceServerOptions): DynamicModule {
    return ResourceServerModule.forRoot(options);
  }
}
