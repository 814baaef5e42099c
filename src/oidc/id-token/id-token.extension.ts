import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/transaction';
import type { ExtendedAnswer, ResponseExtension } from '../../oauth/token-endpoint/response-extension';
import type { TokenRequest } from '../../oauth/token-endpoint/token-request';
import { OPENID_SCOPE, openidContext } from '../openid/openid-request';
import { IdTokenMint } from './id-token-mint';

/** Puts an ID token into the answers of the token endpoint where `openid` was granted (OpenID Connect Core §3.1.3.3, §12.2). */
@Injectable()
export class IdTokenExtension implements ResponseExtension {
  constructor(private readonly idTokens: IdTokenMint) {}

  prepare({ client }: TokenRequest): Promise<void> {
    return this.idTokens.prepare(client);
  }

  async extend(
    _transaction: Transaction | null,
    { request, order, response }: ExtendedAnswer,
  ): Promise<{ readonly id_token?: string }> {
    const { holder } = order;
    // Nobody has signed in for what another token was exchanged for (RFC 8693 §2.2.1), nor for a client itself.
    if (holder.authentication === null || order.exchangedFrom !== undefined) return {};
    if (!response.scope.split(' ').includes(OPENID_SCOPE)) return {};
    const { nonce } = openidContext(order.context);
    return {
      id_token: await this.idTokens.mint({ client: request.client, holder, nonce, accessToken: response.access_token }),
    };
  }
}
