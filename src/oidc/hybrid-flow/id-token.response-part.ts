import { Injectable } from '@nestjs/common';
import type { AuthorizationGrant, MakePart, ResponsePart } from '../../oauth/authorization-code/response-part';
import { AccessDenied } from '../../protocol/request-errors';
import { grantedClaims } from '../claims-parameter/granted-claims';
import { IdTokenIssuer } from '../id-token/id-token-issuer';
import { OPENID_SCOPE, openidContext } from '../openid/openid-request';
import { SessionHolders } from './session-holders';

/** An ID token from the authorization endpoint, which vouches for all that comes with it (OpenID Connect Core §3.2.2.10, §3.3.2.11). */
@Injectable()
export class IdTokenPart implements ResponsePart {
  readonly word = 'id_token';

  constructor(
    private readonly idTokens: IdTokenIssuer,
    private readonly holders: SessionHolders,
  ) {}

  async prepare({ request, granted, session }: AuthorizationGrant): Promise<MakePart> {
    const { client, context, state, responseType } = request;
    if (!granted.scopes.includes(OPENID_SCOPE)) throw new AccessDenied('The person does not want to be known.');
    await this.idTokens.prepare(client);
    const { nonce } = openidContext(context);
    return async (transaction, { code, access_token: accessToken }) => {
      const holder = await this.holders.need(transaction, session);
      const token = await this.idTokens.issue(transaction, {
        ...{ client, holder, nonce, code, accessToken, state, scopes: granted.scopes },
        granted: grantedClaims(context, granted.claims ?? []),
        // OpenID Connect Core §5.4: without any access token the claims cannot be had from UserInfo.
        hasAccessToken: responseType !== 'id_token',
      });
      if (token === null) throw new AccessDenied('The person has signed out.');
      return { id_token: token };
    };
  }
}
