import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { randomId } from '../crypto/random-id';
import type { Transaction } from '../database/transaction';
import { JwtSigner } from '../keys/jwt-signer';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims } from './access-token-claims';
import { AccessTokenVerifier } from './access-token-verifier';
import { ClaimsContributors } from './claims-contributor';
import { TokenFamilies } from './token-families';

/** What of a session goes into tokens. */
export interface SessionFacts {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly authenticated_at: number;
  readonly acr: string;
  /** Separated by spaces. */
  readonly amr: string;
}

/** What is to be issued, decided by whoever redeemed the grant. */
export interface IssueOrder {
  /** The person, or null where the client acts for itself. */
  readonly userId: string | null;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly audience: string;
  readonly roles: readonly string[];
  readonly session: SessionFacts | null;
  /**
   * `none`: no refresh token is due. `start`: begin a family, whose lifetime grant is all of `scopes`.
   * An object: the family that the access token belongs to and, where one was just rotated, the token in the presented one's place.
   */
  readonly refresh: 'none' | 'start' | { readonly familyId: string; readonly token?: string };
}

/** The successful answer to a token request (RFC 6749 §5.1). */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly scope: string;
}

/** The one mint in the house. */
@Injectable()
export class TokenIssuer {
  constructor(
    private readonly signer: JwtSigner,
    private readonly families: TokenFamilies,
    private readonly contributors: ClaimsContributors,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly verifier: AccessTokenVerifier,
  ) {}

  /**
   * Issues what the order says, in the unit of work that redeemed the grant: the answer may leave only once that is committed.
   * @throws whatever a claims contributor throws to refuse the token
   */
  async issue(transaction: Transaction, order: IssueOrder): Promise<TokenResponse> {
    const refresh = await this.refreshToken(transaction, order);
    const token = await this.mint(transaction, order, refresh?.familyId);
    return {
      access_token: token,
      token_type: 'Bearer',
      expires_in: this.settings.tokens.accessTokenLifetime,
      ...(refresh?.token === undefined ? {} : { refresh_token: refresh.token }),
      scope: order.scopes.join(' '),
    };
  }

  private async refreshToken(
    transaction: Transaction,
    order: IssueOrder,
  ): Promise<{ familyId: string; token?: string } | null> {
    if (order.refresh === 'none') return null;
    if (order.refresh !== 'start') return order.refresh;
    const first = await this.families.start(transaction, {
      userId: order.userId,
      clientId: order.clientId,
      sessionId: order.session?.id ?? null,
      scope: order.scopes.join(' '),
      audience: order.audience,
    });
    return { familyId: first.familyId, token: first.value };
  }

  /** Signs a JWT access token (RFC 9068) with the active key. */
  private async mint(transaction: Transaction, order: IssueOrder, familyId: string | undefined): Promise<string> {
    const { userId, clientId, scopes, session } = order;
    const contributed = await this.contributors.collect({ userId, clientId, scopes });
    const issuedAt = Math.floor(this.clock.now() / 1_000);
    const claims: AccessTokenClaims = {
      ...contributed,
      iss: this.settings.issuer,
      aud: order.audience,
      sub: userId ?? clientId,
      client_id: clientId,
      scope: scopes.join(' '),
      jti: randomId(),
      iat: issuedAt,
      exp: issuedAt + this.settings.tokens.accessTokenLifetime,
      ...(session === null
        ? {}
        : {
            auth_time: Math.floor(session.authenticated_at / 1_000),
            acr: session.acr,
            amr: session.amr.split(' '),
            sid: session.id,
          }),
      ...(familyId === undefined ? {} : { family: familyId }),
      ...(order.roles.length === 0 ? {} : { roles: order.roles }),
    };
    const { token, kid } = this.signer.sign(claims, ACCESS_TOKEN_TYPE);
    if (order.audience === this.settings.tokens.audience) {
      transaction.afterCommit(() => this.verifier.noteSigned(token, kid));
    }
    return token;
  }
}
