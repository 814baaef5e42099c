import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log';
import { UnitOfWork } from '../../database/unit-of-work';
import { GrantType } from '../../protocol/grant-types';
import { InvalidGrant, InvalidScope } from '../../protocol/request-errors';
import { UsedIdentifiers } from '../../replay/used-identifiers';
import type { TokenResponse } from '../../tokens/issue-order';
import { type Access, requestedAccess } from '../resource-indicators/access';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import { type Grant, GrantOf, type Issue } from '../token-endpoint/grant';
import type { TokenRequest } from '../token-endpoint/token-request';
import { AssertedSubjects } from './asserted-subjects';
import { AuthorizationAssertionVerifier, type VerifiedAssertion } from './assertion-verifier';

const REPLAYED = 'The assertion was used before: get a new one for each request.';

/** Redeems what a trusted issuer has signed: tokens for a person who is not there (RFC 7523 §2.1). */
@Injectable()
@GrantOf(GrantType.jwtBearer, {
  assertion: { description: 'the JWT that a trusted issuer has signed.', example: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' },
})
export class JwtBearerGrant implements Grant {
  constructor(
    private readonly verifier: AuthorizationAssertionVerifier,
    private readonly people: AssertedSubjects,
    private readonly used: UsedIdentifiers,
    private readonly catalog: ScopeCatalog,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditLog,
  ) {}

  async redeem(request: TokenRequest, issue: Issue): Promise<TokenResponse> {
    const assertion = await this.verifier.verify(request.parameters.need('assertion'), request.client);
    const access = await this.accessOf(request, assertion);
    return this.unitOfWork.run(async (transaction) => {
      const { trusted, jti, forgottenAt } = assertion;
      // RFC 7523 §3 lets a server see to it that a jti is used once. Whoever gets no tokens has not used it.
      if (!(await this.used.useIn(transaction, 'jwt-authorization-grant', trusted.issuer, jti, forgottenAt))) {
        throw new InvalidGrant(REPLAYED);
      }
      const { holder, userId, lineage } = await this.people.find(transaction, assertion);
      // RFC 7521 §4.1: no refresh token; whoever needs another token asks the issuer, who may think otherwise by then.
      const response = await issue(transaction, { holder, access, refresh: 'none', outlivesSession: true, lineage });
      await this.audit.record(transaction, {
        type: 'assertion.redeemed',
        outcome: 'success',
        userId,
        clientId: request.client.id,
        origin: request.origin,
        detail: { issuer: trusted.issuer, scope: response.scope, audience: access.audience.join(' ') },
      });
      return response;
    });
  }

  private async accessOf({ parameters, client }: TokenRequest, { trusted }: VerifiedAssertion): Promise<Access> {
    const asked = { scope: parameters.get('scope'), resources: parameters.all('resource') };
    const access = requestedAccess(asked, client, await this.catalog.get(), this.catalog.ownResource);
    // RFC 7521 §4.1: the scope does not go beyond what the assertion stands for.
    if (access.scopes.some((scope) => !trusted.scopes.includes(scope))) {
      throw new InvalidScope('The scope names one for which the issuer of the assertion is not trusted.');
    }
    return access;
  }
}
