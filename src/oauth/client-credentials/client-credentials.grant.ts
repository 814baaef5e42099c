import { Injectable } from '@nestjs/common';
import { NOBODY } from '../../auth/eligible-holders';
import { GrantType } from '../../protocol/grant-types';
import type { TokenResponse } from '../../tokens/issue-order';
import { requestedAccess } from '../resource-indicators/access';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import { type Grant, GrantOf, type Issue } from '../token-endpoint/grant';
import type { TokenRequest } from '../token-endpoint/token-request';

/** A client acts for itself (RFC 6749 §4.4): nothing is redeemed, and nothing is kept of a JWT. */
@Injectable()
@GrantOf(GrantType.clientCredentials)
export class ClientCredentialsGrant implements Grant {
  constructor(private readonly catalog: ScopeCatalog) {}

  async redeem({ parameters, client }: TokenRequest, issue: Issue): Promise<TokenResponse> {
    const requested = { scope: parameters.get('scope'), resources: parameters.all('resource') };
    const access = requestedAccess(requested, client, await this.catalog.get(), this.catalog.ownResource);
    // RFC 6749 §4.4.3: no refresh token, since the client can ask again at any time.
    return issue(null, { holder: NOBODY, access, refresh: 'none', outlivesSession: false });
  }
}
