import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log';
import { EligibleHolders } from '../../auth/eligible-holders';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import type { OAuthError } from '../../protocol/errors';
import { GrantType } from '../../protocol/grant-types';
import { verifiesChallenge } from '../../protocol/pkce';
import { InvalidGrant } from '../../protocol/request-errors';
import type { TokenResponse } from '../../tokens/issue-order';
import { TokenRevoker } from '../../tokens/token-revoker';
import { type Access, narrowedAccess } from '../resource-indicators/access';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import { type Grant, GrantOf, type Issue } from '../token-endpoint/grant';
import { outlivesSession } from '../token-endpoint/token-pipeline';
import type { TokenRequest } from '../token-endpoint/token-request';
import type { AuthorizationCode } from './authorization-code.entity';
import { AuthorizationCodeStore } from './authorization-code.store';

/** One sentence for all that is wrong with a code (RFC 6749 §5.2). */
const INVALID = 'The code is unknown, expired, used before, or was given to another client.';

/** A refusal that has to be committed: what was used up stays so. */
class Refused {
  constructor(readonly error: OAuthError) {}
}

/** Redeems authorization codes (RFC 6749 §4.1.3). */
@Injectable()
@GrantOf(GrantType.authorizationCode)
export class AuthorizationCodeGrant implements Grant {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly codes: AuthorizationCodeStore,
    private readonly holders: EligibleHolders,
    private readonly catalog: ScopeCatalog,
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
  ) {}

  async redeem(request: TokenRequest, issue: Issue): Promise<TokenResponse> {
    const presented = request.parameters.need('code');
    const answer = await this.unitOfWork.run(async (transaction) => {
      const found = await this.codes.redeem(transaction, presented, request.client.id);
      if (found.outcome === 'replayed') await this.revokeReplayed(transaction, found.code, request);
      if (found.outcome !== 'redeemed') return new Refused(new InvalidGrant(INVALID));
      return this.answer(transaction, found.code, request, issue);
    });
    if (answer instanceof Refused) throw answer.error;
    return answer;
  }

  private async answer(
    transaction: Transaction,
    code: AuthorizationCode,
    request: TokenRequest,
    issue: Issue,
  ): Promise<TokenResponse | Refused> {
    const fault = faultOf(code, request);
    if (fault !== null) return new Refused(fault);
    const holder = await this.holders.inSession(transaction, code.session_id);
    // RFC 6749 §4.1.2.1 by analogy: the person has signed out meanwhile, or may not be let in any more.
    if (holder === null) return new Refused(new InvalidGrant(INVALID));
    const granted: Access = {
      scopes: code.scope === '' ? [] : code.scope.split(' '),
      audience: code.audience.split(' '),
    };
    // RFC 8707 §2.2: a part of the resources may be named for the first access token.
    const requested = { scope: undefined, resources: request.parameters.all('resource') };
    return issue(transaction, {
      holder,
      access: narrowedAccess(requested, granted, await this.catalog.get()),
      granted,
      refresh: 'offer',
      outlivesSession: outlivesSession(granted.scopes),
      lineage: code.lineage,
      ...(code.context === null ? {} : { context: JSON.parse(code.context) as Record<string, unknown> }),
    });
  }

  /** RFC 6749 §4.1.2: whatever came of a code that is used twice is taken back: one of the two who had it is a thief. */
  private async revokeReplayed(
    transaction: Transaction,
    { lineage, session_id: sessionId }: AuthorizationCode,
    { client, origin }: TokenRequest,
  ): Promise<void> {
    await this.revoker.revokeLineage(transaction, lineage, 'code replayed');
    const detail = { family: lineage };
    await this.audit.record(transaction, {
      type: 'code.replayed',
      outcome: 'failure',
      clientId: client.id,
      sessionId,
      origin,
      detail,
    });
  }
}

/** Why a code that was taken is not good for this request; whoever holds it has had their one attempt (PKC-01). */
function faultOf(code: AuthorizationCode, { parameters, confirmation }: TokenRequest): OAuthError | null {
  const redirectUri = parameters.get('redirect_uri');
  // RFC 6749 §4.1.3; OAuth 2.1 draft §4.1.3 leaves the parameter out, and where it is sent it must be the same.
  if (redirectUri !== undefined && redirectUri !== code.redirect_uri) {
    return new InvalidGrant('The redirect_uri is not that of the authorization request.');
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
