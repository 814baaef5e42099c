import { Injectable } from '@nestjs/common';
import { PersonClaims } from '../../auth/person-claims';
import type { AuthorizationGrant, MakePart, ResponsePart } from '../../oauth/authorization-code/response-part';
import { AccessDenied } from '../../protocol/request-errors';
import { IdTokenMint } from '../id-token/id-token-mint';
import { IdTokenRecipients } from '../id-token/id-token-recipients';
import { OPENID_SCOPE, openidContext } from '../openid/openid-request';
import { SessionHolders } from './session-holders';

/** An ID token from the authorization endpoint, which vouches for all that comes with it (OpenID Connect Core §3.2.2.10, §3.3.2.11). */
@Injectable()
export class IdTokenPart implements ResponsePart {
  readonly word = 'id_token';

  constructor(
    private readonly idTokens: IdTokenMint,
    private readonly claims: PersonClaims,
    private readonly holders: SessionHolders,
    private readonly recipients: IdTokenRecipients,
  ) {}

  async prepare({ request, granted, session }: AuthorizationGrant): Promise<MakePart> {
    const { client, context, state, responseType } = request;
    if (!granted.scopes.includes(OPENID_SCOPE)) throw new AccessDenied('The person does not want to be known.');
    await this.idTokens.prepare(client);
    // OpenID Connect Core §5.4: without any access token the claims cannot be had from UserInfo.
    const claims =
      responseType === 'id_token'
        ? await this.claims.of(session.user.id, this.claims.namesFor(granted.scopes))
        : undefined;
    const { nonce } = openidContext(context);
    return async (transaction, { code, access_token: accessToken }) => {
      const holder = await this.holders.need(transaction, session);
      if (!(await this.recipients.note(transaction, client, holder)))
        throw new AccessDenied('The person has signed out.');
      const order = { client, holder, nonce, code, accessToken, state, ...(claims === undefined ? {} : { claims }) };
      return { id_token: this.idTokens.mint(order) };
    };
  }
}
