import { Injectable } from '@nestjs/common';
import type { AuthorizationGrant, MakePart, ResponsePart } from '../../oauth/authorization-code/response-part';
import { TokenPipeline } from '../../oauth/token-endpoint/token-pipeline';
import { grantedClaims } from '../claims-parameter/granted-claims';
import { RequestedClaimsStore } from '../claims-parameter/requested-claims.store';
import { SessionHolders } from './session-holders';

/** An access token from the authorization endpoint (OpenID Connect Core §3.2.2.5, §3.3.2.5). */
@Injectable()
export class TokenPart implements ResponsePart {
  readonly word = 'token';

  constructor(
    private readonly pipeline: TokenPipeline,
    private readonly holders: SessionHolders,
    private readonly requested: RequestedClaimsStore,
  ) {}

  prepare({ request, granted, session, lineage }: AuthorizationGrant): MakePart {
    return async (transaction) => {
      const holder = await this.holders.need(transaction, session);
      // RFC 6749 §4.1.2: it has the lineage of the code, so that whoever redeems that twice takes this back, too.
      const order = { holder, access: granted, lineage };
      const claims = grantedClaims(request.context, granted.claims ?? []);
      const token = await this.pipeline.issueAtAuthorization(transaction, request.client, order);
      if (claims !== null) await this.requested.keep(transaction, lineage, request.client.id, claims, token.expires_in);
      return {
        access_token: token.access_token,
        token_type: token.token_type,
        expires_in: String(token.expires_in),
        scope: token.scope,
      };
    };
  }
}
