import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type BrowserAccount, BrowserSessions } from '../../auth/browser-sessions';
import type { Interaction } from '../../interactions/interaction-tickets';
import type { SessionWithUser } from '../../sessions/session-manager';
import { UserStore } from '../../users/user.store';
import type { AuthorizationRequest } from './authorization-request';

/** Of those who are signed in in a browser, the one whom a request is about. */
export interface PersonChoice {
  /** Null where it is none of them, or nobody has said who. */
  readonly session: SessionWithUser | null;
  /** How many could be chosen. */
  readonly choices: number;
}

/** Finds out whom a request is about. */
@Injectable()
export class RequestedPerson {
  constructor(
    private readonly browsers: BrowserSessions,
    private readonly users: UserStore,
  ) {}

  /**
   * Whoever was chosen in the interaction, or has signed in for it; else whom the client expects; else whom it names, if they are here; else
   * whoever is current.
   */
  async choose(
    request: AuthorizationRequest,
    interaction: Interaction | null,
    browser: FastifyRequest,
  ): Promise<PersonChoice> {
    const accounts = await this.browsers.accounts(browser);
    const found =
      interaction?.isChosen === true
        ? accounts.find(({ user }) => user.id === interaction.personId)
        : await this.find(request, accounts);
    return { session: found === undefined ? null : await this.browsers.used(found), choices: accounts.length };
  }

  private async find(
    request: AuthorizationRequest,
    accounts: readonly BrowserAccount[],
  ): Promise<BrowserAccount | undefined> {
    const { expectedPerson } = request;
    if (expectedPerson !== null) return accounts.find(({ user }) => expectedPerson(user.id));
    return (await this.named(request, accounts)) ?? accounts.find(({ isCurrent }) => isCurrent);
  }

  /** OpenID Connect Core §3.1.2.1: `login_hint` is a hint, to an account that is here or to one that is not. */
  private async named(
    { parameters }: AuthorizationRequest,
    accounts: readonly BrowserAccount[],
  ): Promise<BrowserAccount | undefined> {
    const hint = parameters.get('login_hint');
    if (hint === undefined || accounts.length === 0) return undefined;
    const person = await this.users.findForSignIn(hint);
    return accounts.find(({ user }) => user.id === person?.user.id);
  }
}
