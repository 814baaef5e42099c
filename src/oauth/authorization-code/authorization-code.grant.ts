import { Injectable } from '@nestjs/common';
import { EligibleHolders } from '../../auth/eligible-holders';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import type { OAuthError } from '../../protocol/errors';
import { GrantType } from '../../protocol/grant-types';
import { verifiesChallenge } from '../../protocol/pkce';
import { matchesRedirectUri } from '../../protocol/redirect-uri';
import { InvalidGrant } from '../../protocol/request-errors';
import { storedScopes } from '../../protocol/scope';
import type { TokenResponse } from '../../tokens/issue-order';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import { answered, CommittedRefusal } from '../token-endpoint/committed-refusal';
import { firstOrder } from '../token-endpoint/first-order';
import { type Grant, GrantOf, type Issue } from '../token-endpoint/grant';
import { ReplayedCodes } from '../token-endpoint/replayed-codes';
import { outlivesSession } from '../token-endpoint/token-pipeline';
import type { TokenRequest } from '../token-endpoint/token-request';
import type { AuthorizationCode } from './authorization-code.entity';
import { AuthorizationCodeStore } from './authorization-code.store';

/** One sentence for all that is wrong with a code (RFC 6749 §5.2). */
const INVALID = 'The code is unknown, expired, used before, or was given to another client.';

/** Redeems authorization codes (RFC 6749 §4.1.3). */
@Injectable()
@GrantOf(GrantType.authorizationCode, {
  code: { description: 'what the application was given.', example: 'ghc_Kc0xq1hX2m4z8p1Qe6vN3s7tB9uL5wY0aR2dF4gJ6k8' },
  redirect_uri: {
    description: 'that of the authorization request, where it had one.',
    example: 'https://app.example.com/callback',
  },
  code_verifier: {
    description: 'what its `code_challenge` was made of (RFC 7636 §4.5).',
    example: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  },
})
export class AuthorizationCodeGrant implements Grant {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly codes: AuthorizationCodeStore,
    private readonly holders: EligibleHolders,
    private readonly catalog: ScopeCatalog,
    private readonly replayed: ReplayedCodes,
  ) {}

  async redeem(request: TokenRequest, issue: Issue): Promise<TokenResponse> {
    const presented = request.parameters.need('code');
    const outcome = await this.unitOfWork.run(async (transaction) => {
      const found = await this.codes.redeem(transaction, presented, request.client.id);
      if (found.outcome === 'replayed') await this.replayed.takeBack(transaction, found.code, request);
      if (found.outcome !== 'redeemed') return new CommittedRefusal(new InvalidGrant(INVALID));
      return this.answer(transaction, found.code, request, issue);
    });
    return answered(outcome);
  }

  private async answer(
    transaction: Transaction,
    code: AuthorizationCode,
    request: TokenRequest,
    issue: Issue,
  ): Promise<TokenResponse | CommittedRefusal> {
    const fault = faultOf(code, request);
    if (fault !== null) return new CommittedRefusal(fault);
    const outlives = outlivesSession(storedScopes(code.scope));
    const holder = await this.holders[outlives ? 'beyondSession' : 'inSession'](transaction, code.session_id);
    // RFC 6749 §4.1.2.1 by analogy: the person has signed out meanwhile, or may not be let in any more.
    if (holder === null) return new CommittedRefusal(new InvalidGrant(INVALID));
    const order = firstOrder(code, holder, request, await this.catalog.get(), this.catalog.ownResource);
    return issue(transaction, {
      ...order,
      outlivesSession: outlives,
      ...(code.context === null ? {} : { context: JSON.parse(code.context) as Record<string, unknown> }),
    });
  }
}

/** Why a code that was taken is not good for this request; whoever holds it has had their one attempt (PKC-01). */
function faultOf(code: AuthorizationCode, { parameters, client, confirmation }: TokenRequest): OAuthError | null {
  const redirectUri = parameters.get('redirect_uri');
  // RFC 6749 §4.1.3; OAuth 2.1 draft §4.1.3 leaves the parameter out, and where it is sent it must be the same.
  if (redirectUri !== undefined && redirectUri !== code.redirect_uri) {
    return new InvalidGrant('The redirect_uri is not that of the authorization request.');
  }
  // RFC 6749 §4.1.3: nothing else ties a code without a challenge to the request of this browser.
  if (redirectUri === undefined && code.code_challenge === null && code.names_redirect_uri === 1) {
    return new InvalidGrant('The redirect_uri of the authorization request is missing (RFC 6749 §4.1.3).');
  }
  // RFC 9700 §2.1: what the client has withdrawn meanwhile is no place of its own any more, and whoever is there has no business with the code.
  if (!client.metadata.redirect_uris.some((uri) => matchesRedirectUri(uri, code.redirect_uri))) {
    return new InvalidGrant('The redirect_uri of the authorization request is not registered any more.');
  }
  const verifier = parameters.get('code_verifier');
  // RFC 9700 §4.8.2: a verifier without a challenge means that somebody has taken the challenge out on the way.
  if (code.code_challenge === null && verifier !== undefined) return new InvalidGrant('There was no code_challenge.');
  if (code.code_challenge !== null && (verifier === undefined || !verifiesChallenge(verifier, code.code_challenge))) {
    return new InvalidGrant('The code_verifier is missing, or does not belong to the code_challenge (RFC 7636 §4.6).');
  }
  // RFC 9449 §10
  if (code.jkt !== null && code.jkt !== confirmation?.jkt) {
    return new InvalidGrant('The code is bound to another key: send a DPoP proof made with that one (RFC 9449 §10).');
  }
  return null;
}
