import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transaction';
import type { ExtendedAnswer, ResponseExtension } from '../../oauth/token-endpoint/response-extension';
import type { TokenRequest } from '../../oauth/token-endpoint/token-request';
import { InvalidGrant } from '../../protocol/request-errors';
import { storedScopes } from '../../protocol/scope';
import { type GrantedClaims, grantedClaimsIn } from '../claims-parameter/granted-claims';
import { RequestedClaimsStore } from '../claims-parameter/requested-claims.store';
import { OPENID_SCOPE, openidContext } from '../openid/openid-request';
import { IdTokenIssuer } from './id-token-issuer';

/** Puts an ID token into the answers of the token endpoint where `openid` was granted (OpenID Connect Core §3.1.3.3, §12.2). */
@Injectable()
export class IdTokenExtension implements ResponseExtension {
  constructor(
    private readonly idTokens: IdTokenIssuer,
    private readonly requested: RequestedClaimsStore,
  ) {}

  prepare({ client }: TokenRequest): Promise<void> {
    return this.idTokens.prepare(client);
  }

  /** @throws {InvalidGrant} where the session ends at this very moment */
  async extend(transaction: Transaction | null, answer: ExtendedAnswer): Promise<{ readonly id_token?: string }> {
    const { request, order, response } = answer;
    const { holder } = order;
    // Nobody has signed in for what another token was exchanged for (RFC 8693 §2.2.1), nor for a client itself.
    if (transaction === null || holder.authentication === null || order.exchangedFrom !== undefined) return {};
    const scopes = storedScopes(response.scope);
    if (!scopes.includes(OPENID_SCOPE)) return {};
    const { nonce } = openidContext(order.context);
    const token = await this.idTokens.issue(transaction, {
      ...{ client: request.client, holder, nonce, scopes },
      accessToken: response.access_token,
      granted: await this.grantedClaims(transaction, answer),
      hasAccessToken: true,
    });
    if (token === null) throw new InvalidGrant('The person has signed out.');
    return { id_token: token };
  }

  /** OpenID Connect Core §12.2: what was asked for with the first ID token holds for those that follow. */
  private async grantedClaims(
    transaction: Transaction,
    { request: { client }, order: { refresh, context } }: ExtendedAnswer,
  ): Promise<GrantedClaims | null> {
    if (typeof refresh !== 'object') return grantedClaimsIn(context);
    return this.requested.find(refresh.familyId, client.id, transaction);
  }
}
