import { Inject, Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { FIRST_PARTY_CLIENT_ID } from '../clients/client.entity';
import { SETTINGS, type Settings } from '../config/settings';
import type { Transaction } from '../database/transaction';
import { type Authentication, type LiveSession, SessionManager, type SessionUser } from '../sessions/session-manager';
import type { IssueOrder, IssueTerms, TokenResponse } from '../tokens/issue-order';
import { TokenIssuer } from '../tokens/token-issuer';
import { rolesOf, type User } from '../users/user.entity';
import { ScopeRegistry } from './scope-registry';

/** Authentication context class of a sign-in by password alone. */
export const PASSWORD_ACR = 'urn:gatehouse:acr:password';

/** A sign-in by password alone. RFC 8176 §2: `pwd`. */
export const PASSWORD_AUTHENTICATION: Authentication = { acr: PASSWORD_ACR, amr: ['pwd'] };

/** Gives a person the tokens of the first-party client: every scope that their roles allow, and no question asked. */
@Injectable()
export class FirstPartyTokens {
  private readonly terms: IssueTerms;
  private readonly audience: readonly string[];

  constructor(
    private readonly issuer: TokenIssuer,
    private readonly sessions: SessionManager,
    private readonly scopes: ScopeRegistry,
    private readonly audit: AuditLog,
    @Inject(SETTINGS) { tokens }: Settings,
  ) {
    this.audience = [tokens.audience];
    this.terms = {
      format: 'jwt',
      accessTokenLifetime: tokens.accessTokenLifetime,
      refreshToken: {
        lifetime: tokens.refreshTokenLifetime,
        absoluteLifetime: tokens.refreshTokenAbsoluteLifetime,
        rotates: true,
        confirmation: null,
      },
      confirmation: null,
    };
  }

  /** Begins a session for a person whose password was just checked, with a token family in it. */
  async begin(
    transaction: Transaction,
    user: User,
    origin: RequestOrigin,
  ): Promise<{ tokens: TokenResponse; session: LiveSession }> {
    const session = await this.sessions.begin(transaction, user.id, PASSWORD_AUTHENTICATION, origin);
    const tokens = await this.issue(transaction, user, session, 'start');
    await this.audit.record(transaction, {
      type: 'sign-in.succeeded',
      outcome: 'success',
      userId: user.id,
      clientId: FIRST_PARTY_CLIENT_ID,
      sessionId: session.id,
      origin,
    });
    return { tokens, session };
  }

  /** Issues tokens in a session that is there already. */
  issue(
    transaction: Transaction,
    user: SessionUser,
    session: LiveSession,
    refresh: IssueOrder['refresh'],
  ): Promise<TokenResponse> {
    const roles = rolesOf(user);
    const order: IssueOrder = {
      userId: user.id,
      clientId: FIRST_PARTY_CLIENT_ID,
      scopes: this.scopes.allowedFor(roles),
      audience: this.audience,
      roles,
      authentication: session,
      sessionId: session.id,
      refresh,
    };
    return this.issuer.issue(transaction, order, this.terms);
  }
}
