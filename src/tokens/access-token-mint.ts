import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { randomId } from '../crypto/random-id';
import type { Transaction } from '../database/transaction';
import { JwtSigner } from '../keys/jwt-signer';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims } from './access-token-claims';
import { AccessTokenVerifier } from './access-token-verifier';
import { ClaimsContributors } from './claims-contributor';
import type { IssueOrder, IssueTerms } from './issue-order';
import { OpaqueAccessTokens } from './opaque-access-tokens';

/** Makes access tokens: JWTs after RFC 9068, or opaque ones that stand for the same claims. */
@Injectable()
export class AccessTokenMint {
  constructor(
    private readonly signer: JwtSigner,
    private readonly opaque: OpaqueAccessTokens,
    private readonly contributors: ClaimsContributors,
    private readonly verifier: AccessTokenVerifier,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param transaction null where nothing has to be kept of the token: it is a JWT, and nothing was redeemed for it
   * @throws whatever a claims contributor throws to refuse the token
   */
  async mint(
    transaction: Transaction | null,
    order: IssueOrder,
    terms: IssueTerms,
    familyId: string | undefined,
  ): Promise<string> {
    const claims = await this.claimsOf(order, terms, familyId ?? order.lineage);
    if (terms.format === 'opaque') {
      if (transaction === null) throw new Error('An opaque access token is kept: it needs a unit of work.');
      return this.opaque.add(transaction, claims);
    }
    const { token, kid } = this.signer.sign(claims, ACCESS_TOKEN_TYPE);
    const note = () => this.verifier.noteSigned(token, kid);
    if (transaction === null) note();
    else transaction.afterCommit(note);
    return token;
  }

  private async claimsOf(order: IssueOrder, terms: IssueTerms, family: string | undefined): Promise<AccessTokenClaims> {
    const { userId, clientId, scopes, audience, authentication } = order;
    const contributed = this.contributors.isEmpty
      ? undefined
      : await this.contributors.collect({ userId, clientId, scopes, audience });
    const issuedAt = Math.floor(this.clock.now() / 1_000);
    return {
      ...contributed,
      iss: this.settings.issuer,
      // RFC 7519 §4.1.3: one audience is a text.
      aud: audience.length === 1 ? audience[0]! : audience,
      sub: userId ?? clientId,
      client_id: clientId,
      scope: scopes.join(' '),
      jti: randomId(),
      iat: issuedAt,
      exp: issuedAt + terms.accessTokenLifetime,
      ...(authentication === null
        ? {}
        : {
            auth_time: Math.floor(authentication.authenticated_at / 1_000),
            acr: authentication.acr,
            amr: authentication.amr.split(' '),
          }),
      ...(order.sessionId === null ? {} : { sid: order.sessionId }),
      ...(family === undefined ? {} : { family }),
      ...(order.exchangedFrom === undefined ? {} : { exchanged_from: order.exchangedFrom }),
      ...(order.roles.length === 0 ? {} : { roles: order.roles }),
      ...(terms.confirmation === null ? {} : { cnf: terms.confirmation }),
      ...(order.actor === undefined ? {} : { act: order.actor }),
    };
  }
}
