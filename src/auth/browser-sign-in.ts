import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { Batch } from '../database/batch';
import { inLanes } from '../database/gathered-in';
import type { Transaction } from '../database/transaction';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import { SessionManager } from '../sessions/session-manager';
import { UserStore } from '../users/user.store';
import { type BrowserAccount, MOST_ACCOUNTS } from './browser-sessions';
import { PASSWORD_AUTHENTICATION } from './first-party-tokens';
import { SignInLimits } from './sign-in-limits';
import { SignOut } from './sign-out';

/** Somebody who has proved who they are, by a password with that hash. */
export interface ProvenPerson {
  readonly userId: string;
  readonly checkedHash: string;
}

interface SignIn {
  readonly person: ProvenPerson;
  readonly present: readonly BrowserAccount[];
  readonly origin: RequestOrigin;
}

/** How many sign-ins share a unit of work at the most, and how many such units run at once. */
const BATCH = { size: 64, parallel: 2 };

/** Begins the sessions of browsers; of those who come together in a unit of work that they share. */
@Injectable()
export class BrowserSignIn {
  private readonly batch = new Batch<SignIn, string>((signIns) => this.signInAll(signIns), BATCH);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserStore,
    private readonly sessions: SessionManager,
    private readonly signOut: SignOut,
    private readonly limits: SignInLimits,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Signs a person in whose password was just checked. A session of the same person in this browser goes on under a new cookie, as signed in now; those
   * of other people stay, but for the one that was not used for longest where there would be more than {@link MOST_ACCOUNTS}.
   * @param present those who are signed in in this browser so far
   * @returns what the cookie of the session holds from now on
   * @throws {Problem} invalid_credentials when the person was disabled, or their password changed, since it was checked
   * @throws {Problem} rate_limited when they begin sessions without end
   */
  async signIn(person: ProvenPerson, present: readonly BrowserAccount[], origin: RequestOrigin): Promise<string> {
    await this.limits.session(person.userId, origin);
    return this.batch.submit({ person, present, origin });
  }

  private signInAll(signIns: readonly SignIn[]): Promise<string[]> {
    // On all nodes in one order: no two wait for each other's rows.
    const places = [...signIns.keys()].sort((one, other) => (idIn(signIns[one]!) < idIn(signIns[other]!) ? -1 : 1));
    return this.unitOfWork.run(async (transaction) => {
      const cookies = await inLanes(
        places,
        (place) => idIn(signIns[place]!),
        (place) => this.signInOne(transaction, signIns[place]!),
      );
      return signIns.map((_signIn, place) => cookies[places.indexOf(place)]!);
    });
  }

  private async signInOne(
    transaction: Transaction,
    { person: { userId: id, checkedHash }, present, origin }: SignIn,
  ): Promise<string> {
    const user = await this.users.noteSignIn(transaction, id, checkedHash);
    if (user === null) throw new Problem('invalid_credentials');
    const note = (sessionId: string) =>
      this.audit.record(transaction, {
        type: 'sign-in.succeeded',
        outcome: 'success',
        userId: id,
        sessionId,
        origin,
      });
    const before = present.find((account) => account.user.id === id);
    if (before !== undefined) {
      const cookie = await this.sessions.renewInBrowser(transaction, before.session.id, PASSWORD_AUTHENTICATION);
      if (cookie !== null) {
        await note(before.session.id);
        return cookie;
      }
    }
    const surplus = present.filter((account) => account !== before).slice(MOST_ACCOUNTS - 1);
    for (const account of surplus) await this.signOut.endIn(transaction, account.user.id, account.session.id, origin);
    const { session, cookie } = await this.sessions.beginInBrowser(transaction, id, PASSWORD_AUTHENTICATION, origin);
    await note(session.id);
    await this.signOut.endSurplus(transaction, session, origin);
    return cookie;
  }
}

function idIn({ person }: SignIn): string {
  return person.userId;
}
