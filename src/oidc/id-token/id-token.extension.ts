import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transaction';
import type { ExtendedAnswer, ResponseExtension } from '../../oauth/token-endpoint/response-extension';
import type { TokenRequest } from '../../oauth/token-endpoint/token-request';
import { grantedClaimsIn } from '../claims-parameter/granted-claims';
import { IdTokenClaims } from '../claims/id-token-claims';
import { RequestedClaimsStore } from '../claims-parameter/requested-claims.store';
import { OPENID_SCOPE, openidContext } from '../openid/openid-request';
import { IdTokenMint } from './id-token-mint';

/** Puts an ID token into the answers of the token endpoint where `openid` was granted (OpenID Connect Core §3.1.3.3, §12.2). */
@Injectable()
export class IdTokenExtension implements ResponseExtension {
  constructor(
    private readonly idTokens: IdTokenMint,
    private readonly claims: IdTokenClaims,
    private readonly requested: RequestedClaimsStore,
  ) {}

  prepare({ client }: TokenRequest): Promise<void> {
    return this.idTokens.prepare(client);
  }

  async extend(transaction: Transaction | null, answer: ExtendedAnswer): Promise<{ readonly id_token?: string }> {
    const { request, order, response } = answer;
    const { holder } = order;
    // Nobody has signed in for what another token was exchanged for (RFC 8693 §2.2.1), nor for a client itself.
    if (holder.authentication === null || order.exchangedFrom !== undefined) return {};
    if (!response.scope.split(' ').includes(OPENID_SCOPE)) return {};
    const { nonce } = openidContext(order.context);
    const claims = await this.claimsFor(transaction, answer);
    const { client } = request;
    return { id_token: this.idTokens.mint({ client, holder, nonce, accessToken: response.access_token, claims }) };
  }

  private async claimsFor(
    transaction: Transaction | null,
    { request: { client }, order, response }: ExtendedAnswer,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { holder, refresh, context } = order;
    if (holder.user === null) return {};
    const source = transaction ?? undefined;
    // OpenID Connect Core §12.2: what was asked for with the first ID token holds for those that follow.
    const granted =
      typeof refresh === 'object'
        ? await this.requested.find(refresh.familyId, client.id, source)
        : grantedClaimsIn(context);
    const scopes = response.scope.split(' ');
    return this.claims.of({ client, userId: holder.user.id, scopes, granted, hasAccessToken: true }, source);
  }
}
