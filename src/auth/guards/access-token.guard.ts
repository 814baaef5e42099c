import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { InvalidToken, MissingToken, OAuthError } from '../../protocol/errors';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import { type Authentication, type Carrier, setAuthentication } from '../authentication';
import type { Credential, CredentialExtractor } from '../credentials/credential';
import { CredentialExtractors } from '../credentials/credential-extractors';
import { Requirements } from '../requirements';
import { type RoutePolicy, routePolicy } from '../route-policy';
import { JwtStrategy } from '../strategies/jwt.strategy';
import { ownStrategy } from '../strategies/own-strategy';
import { TokenHolders } from '../token-holders';
import { TokenJudge } from '../token-judge';
import { TokenPossession } from '../token-possession';

/** The passport strategy runs with a carrier of its own, so that it needs no HTTP request and leaves no traces on one. */
interface PassportCarrier {
  credential?: Credential;
}

const PASSPORT_CARRIER = Symbol('passport carrier');

/**
 * Stands before every route: closed unless a decorator opens it. Takes the credential by the kind of context, lets the passport
 * strategy find the claims of a token not seen before, and holds the route's policy against them.
 */
@Injectable()
export class AccessTokenGuard extends AuthGuard() {
  constructor(
    private readonly judge: TokenJudge,
    private readonly extractors: CredentialExtractors,
    private readonly holders: TokenHolders,
    private readonly requirements: Requirements,
    private readonly possession: TokenPossession,
    strategy: JwtStrategy,
  ) {
    super({ defaultStrategy: ownStrategy(strategy) });
  }

  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const policy = routePolicy(context.getClass(), context.getHandler());
    if (policy.access === 'public') return true;
    const extractor = this.extractors.for(context);
    let credential: Credential | null = null;
    try {
      if (policy.access === 'refresh-token') return this.admitRefreshToken(extractor, extractor.carrierOf(context));
      credential = extractor.accessToken(extractor.carrierOf(context));
      const entered = this.enter(context, policy, extractor, credential);
      return entered === true ? true : entered.catch((error: unknown) => refuse(error, policy, credential));
    } catch (error) {
      return refuse(error, policy, credential);
    }
  }

  /** What passport found: the claims, or why there are none. */
  override handleRequest<Claims>(error: unknown, claims: Claims | false, info: unknown): Claims {
    if (error instanceof Error) throw error;
    if (claims !== false) return claims;
    if (info instanceof OAuthError) throw info;
    throw new InvalidToken('malformed', info instanceof Error ? info.message : 'passport found no claims');
  }

  override getRequest(context: ExecutionContext): PassportCarrier {
    return (context as unknown as Record<symbol, PassportCarrier>)[PASSPORT_CARRIER] ?? {};
  }

  private enter(
    context: ExecutionContext,
    policy: RoutePolicy,
    extractor: CredentialExtractor,
    credential: Credential | null,
  ): true | Promise<true> {
    if (credential === null) {
      if (policy.access === 'optional') return true;
      throw new MissingToken(); // RFC 6750 §3
    }
    if (policy.anyAudience) {
      return this.judge
        .inspect(credential.token)
        .then((claims) => this.admit(context, policy, extractor, credential, claims));
    }
    // The hot path: a token seen before costs a digest and a few look-ups, and no promise.
    const remembered = this.recall(context, extractor, credential);
    if (remembered !== null) return this.admit(context, policy, extractor, credential, remembered);
    return this.authenticate(context, extractor, credential).then((claims) =>
      this.admit(context, policy, extractor, credential, claims),
    );
  }

  private recall(
    context: ExecutionContext,
    extractor: CredentialExtractor,
    credential: Credential,
  ): AccessTokenClaims | null {
    try {
      return this.judge.recall(credential.token);
    } catch (error) {
      if (error instanceof InvalidToken) extractor.refused(context, credential, error);
      throw error;
    }
  }

  private async authenticate(
    context: ExecutionContext,
    extractor: CredentialExtractor,
    credential: Credential,
  ): Promise<AccessTokenClaims> {
    try {
      return await this.judge.judge(credential.token, () => this.runStrategy(context, credential));
    } catch (error) {
      if (error instanceof InvalidToken) extractor.refused(context, credential, error);
      throw error;
    }
  }

  private async runStrategy(context: ExecutionContext, credential: Credential): Promise<AccessTokenClaims> {
    const carrier: PassportCarrier & { user?: AccessTokenClaims } = { credential };
    (context as unknown as Record<symbol, PassportCarrier>)[PASSPORT_CARRIER] = carrier;
    await super.canActivate(context);
    if (carrier.user === undefined) throw new InvalidToken('malformed', 'passport found no claims');
    return carrier.user;
  }

  private admit(
    context: ExecutionContext,
    policy: RoutePolicy,
    extractor: CredentialExtractor,
    credential: Credential,
    claims: AccessTokenClaims,
  ): true | Promise<true> {
    if (!this.possession.isDue(credential, claims)) return this.letIn(context, policy, extractor, credential, claims);
    return this.possession
      .assertProved(context, extractor, credential, claims)
      .then(() => this.letIn(context, policy, extractor, credential, claims));
  }

  private letIn(
    context: ExecutionContext,
    policy: RoutePolicy,
    extractor: CredentialExtractor,
    credential: Credential,
    claims: AccessTokenClaims,
  ): true | Promise<true> {
    const carrier = extractor.carrierOf(context);
    if (credential.source === 'cookie') extractor.assertIntended(carrier, claims.sid);
    this.requirements.assertMet(policy, claims);
    setAuthentication(carrier, new TokenAuthentication(claims, credential.source, this.holders));
    if (!this.requirements.hasVerifiers) {
      const admitted = extractor.admitted(context, credential, claims);
      return admitted === undefined ? true : admitted.then(() => true as const);
    }
    return this.requirements
      .verifyClaims(claims)
      .then(() => extractor.admitted(context, credential, claims))
      .then(() => true as const);
  }

  private async admitRefreshToken(extractor: CredentialExtractor, carrier: Carrier): Promise<boolean> {
    const credential = extractor.refreshToken(carrier);
    if (credential === null) throw new MissingToken();
    const family = await this.holders.familyOf(credential.token);
    if (family === null) throw new InvalidToken('malformed', 'no live refresh token');
    if (credential.source === 'cookie') extractor.assertIntended(carrier, family.session_id ?? undefined);
    const person = () => this.holders.load(family.user_id);
    setAuthentication(carrier, { claims: null, refreshToken: credential.token, source: credential.source, person });
    return true;
  }
}

/** Every refusal tells what a token would have to be (RFC 6750 §3, RFC 9728 §5.1): how it is brought, and which scopes the operation needs. */
function refuse(error: unknown, { scopes }: RoutePolicy, credential: Credential | null): never {
  if (error instanceof OAuthError) {
    error.challenge = { scheme: error.challenge?.scheme ?? credential?.scheme ?? 'Bearer', scopes };
  }
  throw error;
}

class TokenAuthentication implements Authentication {
  readonly refreshToken = null;
  private loading: ReturnType<Authentication['person']> | undefined;

  constructor(
    readonly claims: AccessTokenClaims,
    readonly source: Credential['source'],
    private readonly holders: TokenHolders,
  ) {}

  person(): ReturnType<Authentication['person']> {
    // RFC 9068 §2.2: the `sub` of a token that was given to a client acting for itself is the client.
    return (this.loading ??= this.holders.load(this.claims.sub === this.claims.client_id ? null : this.claims.sub));
  }
}
