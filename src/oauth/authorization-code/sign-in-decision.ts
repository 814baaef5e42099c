import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock';
import { type Interaction, isMadeFor } from '../../interactions/interaction-tickets';
import { LoginRequired, UnmetAuthenticationRequirements } from '../../protocol/request-errors';
import type { LiveSession } from '../../sessions/session-manager';
import type { AuthorizationRequest } from './authorization-request';
import type { PersonChoice } from './requested-person';

/** A page by which it becomes known who somebody is. */
export type SignInStep = 'sign-in' | 'sign-up' | 'choose-account';

/** Decides whether it is known well enough who a request is about. */
@Injectable()
export class SignInDecision {
  constructor(private readonly clock: Clock) {}

  /**
   * The page that is to be shown; null where none is.
   * @throws {LoginRequired} where another person has signed in than the client expects
   * @throws {UnmetAuthenticationRequirements} where no sign-in would do
   */
  next(
    request: AuthorizationRequest,
    { session: found, choices }: PersonChoice,
    ongoing: Interaction | null,
  ): SignInStep | null {
    const { prompts, expectedPerson } = request;
    const isChosen = ongoing !== null && ongoing.isChosen && found !== null;
    // OpenID Connect Core §3.1.2.1: whoever else has signed in is not whom the hint speaks of.
    if (isChosen && expectedPerson !== null && !expectedPerson(found.user.id)) {
      throw new LoginRequired('Another person has signed in than the one that the request is about.');
    }
    const isNew = found !== null && ongoing !== null && isMadeFor(ongoing, found.session.authenticated_at);
    const isEnough = meetsDemands(request, found?.session ?? null, isNew);
    // Initiating User Registration via OpenID Connect §4.1: whoever finds that they have an account already may sign in to it.
    if (prompts.has('create') && !(isChosen && isNew)) return 'sign-up';
    // OpenID Connect Core §3.1.2.1: they are asked although it is known who is current.
    if (prompts.has('select_account') && !isChosen && !isNew && choices > 0) return 'choose-account';
    if (found === null) return this.mayBeAnybody(request, ongoing) && choices > 0 ? 'choose-account' : 'sign-in';
    return isEnough && this.isFresh(request, found.session, isNew) ? null : 'sign-in';
  }

  /** Whether nobody has said yet whose account it is about. */
  private mayBeAnybody({ expectedPerson }: AuthorizationRequest, ongoing: Interaction | null): boolean {
    return expectedPerson === null && ongoing?.isChosen !== true;
  }

  /** Whether the sign-in is as recent as the client wants it; one that was made for this request is. */
  private isFresh({ prompts, maxAge }: AuthorizationRequest, session: LiveSession, isNew: boolean): boolean {
    if (isNew) return true;
    // OpenID Connect Core §3.1.2.1: prompt=login asks even whoever has just signed in, and max_age=0 means the same.
    if (prompts.has('login') || maxAge === 0) return false;
    return maxAge === null || this.clock.now() - session.authenticated_at <= maxAge * 1_000;
  }
}

/** @throws {UnmetAuthenticationRequirements} where no sign-in would do */
function meetsDemands({ signInDemands }: AuthorizationRequest, session: LiveSession | null, isNew: boolean): boolean {
  const verdicts = signInDemands.map((demand) => demand(session, isNew));
  // OpenID Connect Core Unmet Authentication Requirements §1, RFC 9470 §5: the client is told, and does not try again in vain.
  if (verdicts.includes('unmet')) {
    throw new UnmetAuthenticationRequirements('Nobody can sign in here in a way that the request demands.');
  }
  return !verdicts.includes('sign-in');
}
