import { Injectable } from '@nestjs/common';
import { type RecognisedToken, type RedeemedToken, RefreshTokenRedeemer } from '../../auth/refresh-token-redeemer';
import type { Transaction } from '../../database/transaction';
import { GrantType } from '../../protocol/grant-types';
import { InvalidDpopProof, InvalidGrant } from '../../protocol/request-errors';
import { storedScopes } from '../../protocol/scope';
import type { TokenResponse } from '../../tokens/issue-order';
import type { FamilyFacts } from '../../tokens/token-families';
import { type Access, narrowedAccess } from '../resource-indicators/access';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import { type Grant, GrantOf, type Issue } from '../token-endpoint/grant';
import type { TokenRequest } from '../token-endpoint/token-request';

/** One sentence for all that is wrong with a refresh token (RFC 6749 §5.2). */
const INVALID = 'The refresh token is unknown, expired, revoked, used before, or was given to another client.';

/** Refresh (RFC 6749 §6): scope and resource may narrow what was granted for one access token, and never widen it. */
@Injectable()
@GrantOf(GrantType.refreshToken, {
  refresh_token: {
    description: 'the one that came last.',
    example: 'ghr_Kc0xq1hX2m4z8p1Qe6vN3s7tB9uL5wY0aR2dF4gJ6k8',
  },
})
export class RefreshTokenGrant implements Grant {
  constructor(
    private readonly redeemer: RefreshTokenRedeemer,
    private readonly catalog: ScopeCatalog,
  ) {}

  async redeem(request: TokenRequest, issue: Issue): Promise<TokenResponse> {
    const { parameters, client, origin } = request;
    const recognised = await this.redeemer.recognise(parameters.need('refresh_token'), origin);
    // RFC 6749 §6: it must have been given to this client. Another's is left alone: its client has done nothing wrong (RFR-03).
    if (recognised?.family.client_id !== client.id) throw new InvalidGrant(INVALID);
    assertHolder(recognised, request);
    // Decided before the token is taken: a refusal uses nothing up.
    const requested = { scope: parameters.get('scope'), resources: parameters.all('resource') };
    const granted = accessOf(recognised.family);
    const access = narrowedAccess(requested, granted, client, await this.catalog.get(), this.catalog.ownResource);
    const answer = await this.redeemer.redeem(recognised, origin, (transaction, redeemed) =>
      this.issue(transaction, redeemed, access, issue),
    );
    if (answer === null) throw new InvalidGrant(INVALID);
    return answer;
  }

  private issue(
    transaction: Transaction,
    { family, token, holder }: RedeemedToken,
    access: Access,
    issue: Issue,
  ): Promise<TokenResponse> {
    return issue(transaction, {
      holder,
      access,
      granted: accessOf(family),
      // RFC 6749 §6: where the token does not change, its client goes on with the one that it has.
      refresh: { familyId: family.id, ...(family.rotates === 1 ? { token: token.value } : {}) },
      outlivesSession: family.session_id === null,
    });
  }
}

function accessOf({ scope, audience }: FamilyFacts): Access {
  return { scopes: storedScopes(scope), audience: audience.split(' ') };
}

/** @throws {InvalidDpopProof} RFC 9449 §5: the refresh token of a public client is bound to the key with which it was asked for */
function assertHolder({ family }: RecognisedToken, { confirmation }: TokenRequest): void {
  if (family.jkt === null || family.jkt === confirmation?.jkt) return;
  throw new InvalidDpopProof('The refresh token is bound to another key: send a DPoP proof made with that one.');
}
