import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction';
import { type LiveSession, SessionManager, type SessionUser } from '../sessions/session-manager';
import type { AccessTokenClaims } from '../tokens/access-token-claims';
import type { AuthenticationFacts } from '../tokens/issue-order';
import type { FamilyFacts } from '../tokens/token-families';
import { mayUseAccount } from '../users/user.entity';
import { UserStore } from '../users/user.store';

/** What somebody was given: in a session, or beyond it with how and when they had signed in. */
export type GrantedFacts = Pick<FamilyFacts, 'user_id' | 'session_id' | 'authenticated_at' | 'acr' | 'amr'>;

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

  /** The holders of these grants, in their order; null where the session has ended, or the person may not be let in. */
  async find(transaction: Transaction, granted: readonly GrantedFacts[]): Promise<(Holder | null)[]> {
    const ofSessions = granted.flatMap(({ session_id }) => session_id ?? []);
    const others = granted.flatMap(({ session_id, user_id }) => (session_id === null ? (user_id ?? []) : []));
    const sessions = await this.sessions.findLiveWithUsers(transaction, [...new Set(ofSessions)]);
    const users = await this.users.findForTokens(transaction, [...new Set(others)]);
    return granted.map((grant) => {
      const found = grant.session_id === null ? undefined : sessions.get(grant.session_id);
      if (grant.session_id !== null) return found === undefined ? null : holderOf(found.user, found.session);
      if (grant.user_id === null) return NOBODY;
      const user = users.get(grant.user_id);
      return user === undefined || !mayUseAccount(user) ? null : eligible(user, null, authenticationOf(grant));
    });
  }

  /** The holder of one grant, see {@link find}. */
  async of(transaction: Transaction, granted: GrantedFacts): Promise<Holder | null> {
    return (await this.find(transaction, [granted]))[0] ?? null;
  }

  /** The person of a live session, if they may be given tokens in it. */
  async inSession(transaction: Transaction, sessionId: string): Promise<Holder | null> {
    return (await this.inSessions(transaction, [{ sessionId, outlives: false }])).get(sessionId) ?? null;
  }

  /**
   * The persons of live sessions who may be given tokens in them, by the session's id. Where what they are given outlives the session, whoever ends it
   * at this moment waits, and finds what was given beyond it.
   */
  async inSessions(
    transaction: Transaction,
    asked: readonly { readonly sessionId: string; readonly outlives: boolean }[],
  ): Promise<Map<string, Holder>> {
    const outlived = new Set(asked.flatMap(({ sessionId, outlives }) => (outlives ? sessionId : [])));
    // In one order everywhere: no two wait for each other's rows.
    for (const sessionId of [...outlived].sort()) await this.sessions.hold(transaction, sessionId);
    const ids = new Set(asked.map(({ sessionId }) => sessionId));
    const live = await this.sessions.findLiveWithUsers(transaction, [...ids]);
    const holders = new Map<string, Holder>();
    for (const [sessionId, { user, session }] of live) {
      const holder = holderOf(user, session);
      if (holder !== null) holders.set(sessionId, holder);
    }
    return holders;
  }

  /** The person whom an access token of ours speaks for, if they may be given further tokens as it was given; null for that of a client. */
  async behind(transaction: Transaction, claims: AccessTokenClaims): Promise<Holder | null> {
    const { sub, client_id: clientId, sid, auth_time: seconds, acr, amr } = claims;
    // RFC 9700 §4.15: a client that is called like a person does not become that person.
    if (sub === clientId) return null;
    const holder = await this.of(transaction, {
      user_id: sub,
      session_id: sid ?? null,
      authenticated_at: seconds === undefined ? null : seconds * 1_000,
      acr: acr ?? null,
      amr: amr?.join(' ') ?? null,
    });
    return holder?.user?.id === sub ? holder : null;
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

function authenticationOf({ authenticated_at, acr, amr }: GrantedFacts): AuthenticationFacts | null {
  return authenticated_at === null || acr === null || amr === null ? null : { authenticated_at, acr, amr };
}
