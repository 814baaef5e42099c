import { Injectable } from '@nestjs/common';
import { EligibleHolders, type Holder } from '../../auth/eligible-holders';
import { Batch } from '../../database/batch';
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
import { AuthorizationCodeStore, type CodeOutcome, type PresentedCode } from './authorization-code.store';

/** How many redemptions share a unit of work at the most, and how many such units run at once. */
const BATCH = { size: 64, parallel: 2 };

/** A code, the client that has come with it, and what issues what is due for it. */
interface Redemption extends PresentedCode {
  readonly request: TokenRequest;
  readonly issue: Issue;
}

type Outcome = TokenResponse | CommittedRefusal;

/** One sentence for all that is wrong with a code (RFC 6749 §5.2). */
const INVALID = 'The code is unknown, expired, used before, or was given to another client.';

/** Redeems authorization codes (RFC 6749 §4.1.3); those that arrive together share a unit of work and its statements. */
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
  private readonly batch = new Batch<Redemption, Outcome>((redemptions) => this.redeemAll(redemptions), BATCH);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly codes: AuthorizationCodeStore,
    private readonly holders: EligibleHolders,
    private readonly catalog: ScopeCatalog,
    private readonly replayed: ReplayedCodes,
  ) {}

  async redeem(request: TokenRequest, issue: Issue): Promise<TokenResponse> {
    const code = request.parameters.need('code');
    return answered(await this.batch.submit({ code, clientId: request.client.id, request, issue }));
  }

  /** A refusal is an answer like any other here: what was used up, and what follows a replay, has to be committed. */
  private redeemAll(redemptions: readonly Redemption[]): Promise<Outcome[]> {
    return this.unitOfWork.run(async (transaction) => {
      const found = await this.codes.redeemAll(transaction, redemptions);
      const good = found.flatMap((outcome, at) => {
        if (outcome.outcome !== 'redeemed' || faultOf(outcome.code, redemptions[at]!.request) !== null) return [];
        return { sessionId: outcome.code.session_id, outlives: outlivesSession(storedScopes(outcome.code.scope)) };
      });
      const holders = await this.holders.inSessions(transaction, good);
      const outcomes: Outcome[] = [];
      for (const [at, redemption] of redemptions.entries()) {
        outcomes.push(await this.answer(transaction, redemption, found[at]!, holders));
      }
      return outcomes;
    });
  }

  private async answer(
    transaction: Transaction,
    { request, issue }: Redemption,
    found: CodeOutcome,
    holders: ReadonlyMap<string, Holder>,
  ): Promise<Outcome> {
    if (found.outcome === 'replayed') await this.replayed.takeBack(transaction, found.code, request);
    if (found.outcome !== 'redeemed') return new CommittedRefusal(new InvalidGrant(INVALID));
    const { code } = found;
    const fault = faultOf(code, request);
    if (fault !== null) return new CommittedRefusal(fault);
    const holder = holders.get(code.session_id);
    // RFC 6749 §4.1.2.1 by analogy: the person has signed out meanwhile, or may not be let in any more.
    if (holder === undefined) return new CommittedRefusal(new InvalidGrant(INVALID));
    const order = firstOrder(code, holder, request, await this.catalog.get(), this.catalog.ownResource);
    return issue(transaction, {
      ...order,
      outlivesSession: outlivesSession(order.granted.scopes),
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
