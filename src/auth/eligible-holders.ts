import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction';
import { type LiveSession, SessionManager, type SessionUser } from '../sessions/session-manager';
import type { AuthenticationFacts } from '../tokens/issue-order';
import type { FamilyFacts } from '../tokens/token-families';
import { mayUseAccount } from '../users/user.entity';
import { UserStore } from '../users/user-store';

declare const ELIGIBLE: unique symbol;

/** Who may be given tokens; nobody but {@link EligibleHolders} says of somebody that they are one. */
export interface Holder {
  readonly [ELIGIBLE]: true;
  /** Null where the client acts for itself. */
  readonly user: SessionUser | null;
  /** Null where what was granted outlives the session. */
  readonly session: LiveSession | null;
  readonly authentication: AuthenticationFacts | null;
}

/** Where a client acts for itself there is no person who could be kept out. */
export const NOBODY = eligible(null, null, null);

/** Decides who may be given further tokens: every way to a further token passes here. */
@Injectable()
export class EligibleHolders {
  constructor(
    private readonly sessions: SessionManager,
    private readonly users: UserStore,
  ) {}

  /** The holders of these families, in their order; null where the session has ended, or the person may not be let in. */
  async find(transaction: Transaction, families: readonly FamilyFacts[]): Promise<(Holder | null)[]> {
    const ofSessions = families.flatMap(({ session_id }) => session_id ?? []);
    const others = families.flatMap(({ session_id, user_id }) => (session_id === null ? (user_id ?? []) : []));
    const sessions = await this.sessions.findLiveWithUsers(transaction, [...new Set(ofSessions)]);
    const users = await this.users.findForTokens(transaction, [...new Set(others)]);
    return families.map((family) => {
      const found = family.session_id === null ? undefined : sessions.get(family.session_id);
      if (family.session_id !== null) return found === undefined ? null : holderOf(found.user, found.session);
      if (family.user_id === null) return NOBODY;
      const user = users.get(family.user_id);
      return user === undefined || !mayUseAccount(user) ? null : eligible(user, null, authenticationOf(family));
    });
  }

  /** The person of a live session, if they may be given tokens in it. */
  async inSession(transaction: Transaction, sessionId: string): Promise<Holder | null> {
    const found = (await this.sessions.findLiveWithUsers(transaction, [sessionId])).get(sessionId);
    return found === undefined ? null : holderOf(found.user, found.session);
  }

  /** A session lives on while tokens of it are used. */
  async keepAlive(transaction: Transaction, { session }: Holder): Promise<void> {
    if (session !== null) await this.sessions.keepAlive(transaction, session);
  }
}

function holderOf(user: SessionUser, session: LiveSession): Holder | null {
  return mayUseAccount(user) ? eligible(user, session, session) : null;
}

function eligible(
  user: SessionUser | null,
  session: LiveSession | null,
  authentication: AuthenticationFacts | null,
): Holder {
  return { user, session, authentication } as Holder;
}

function authenticationOf({ authenticated_at, acr, amr }: FamilyFacts): AuthenticationFacts | null {
  return authenticated_at === null || acr === null || amr === null ? null : { authenticated_at, acr, amr };
}
