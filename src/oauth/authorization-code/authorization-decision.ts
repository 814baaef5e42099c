import { Injectable } from '@nestjs/common';
import { type Client, isPublicClient } from '../../clients/client';
import { ConsentStore } from '../../consents/consent.store';
import type { Interaction } from '../../interactions/interaction-tickets';
import { AccountSelectionRequired, ConsentRequired, LoginRequired } from '../../protocol/request-errors';
import type { SessionWithUser } from '../../sessions/session-manager';
import { rolesOf } from '../../users/user.entity';
import { type Access, countsAt, permittedScopes } from '../resource-indicators/access';
import { type Catalog, ScopeCatalog } from '../resource-indicators/scope-catalog';
import type { AuthorizationRequest } from './authorization-request';
import type { PersonChoice } from './requested-person';
import { SignInDecision } from './sign-in-decision';

/** What has to happen before a request can be answered. */
export type NextStep =
  | { readonly step: 'sign-in' | 'sign-up' | 'choose-account' }
  /** `offered`: what the person can let the client have. */
  | { readonly step: 'consent'; readonly offered: Access }
  | { readonly step: 'answer'; readonly granted: Access };

/** Decides whether a person has to sign in, or to be asked. */
@Injectable()
export class AuthorizationDecision {
  constructor(
    private readonly consents: ConsentStore,
    private readonly catalog: ScopeCatalog,
    private readonly signIns: SignInDecision,
  ) {}

  /**
   * @param interaction null for a request that has just arrived
   * @throws {LoginRequired} {AccountSelectionRequired} {ConsentRequired} where the client wants no page shown; the first also where another person
   * has signed in than the client expects
   * @throws {UnmetAuthenticationRequirements} where no sign-in would do
   */
  async next(request: AuthorizationRequest, person: PersonChoice, interaction: Interaction | null): Promise<NextStep> {
    const silent = request.prompts.has('none');
    const step = this.signIns.next(request, person, interaction);
    const { session } = person;
    if (step !== null || session === null) {
      // OpenID Connect Core §3.1.2.6
      if (silent && step === 'choose-account') {
        throw new AccountSelectionRequired('The person has to choose an account.');
      }
      if (silent) throw new LoginRequired('The person has to sign in.');
      return { step: step ?? 'sign-in' };
    }
    const catalog = await this.catalog.get();
    const offered = this.offered(request, session, catalog);
    if (await this.isSettled(request, session.user.id, offered, catalog)) return { step: 'answer', granted: offered };
    // OpenID Connect Core §3.1.2.6
    if (silent) throw new ConsentRequired('The person has to be asked.');
    return { step: 'consent', offered };
  }

  /** What of a request a person can let a client have: their roles may not allow all of it. */
  offered({ client, access }: AuthorizationRequest, { user }: SessionWithUser, catalog: Catalog): Access {
    return { ...access, scopes: permittedScopes(access, client, rolesOf(user), catalog) };
  }

  /** Whether a person need not be asked: what is offered is what they have agreed to before. */
  private async isSettled(
    { client, prompts, redirectUri }: AuthorizationRequest,
    userId: string,
    offered: Access,
    catalog: Catalog,
  ): Promise<boolean> {
    if (prompts.has('consent')) return false;
    // The server's own applications ask nobody, unless they want to.
    if (client.firstParty || client.metadata.skip_consent) return true;
    if (!isAssured(client, redirectUri)) return false;
    const agreed = await this.agreed(userId, client, offered, catalog);
    if (agreed === null) return false;
    return agreed.scopes.length === offered.scopes.length && agreed.claims?.length === (offered.claims?.length ?? 0);
  }

  /** What a person has agreed to before, of what is offered; null where they were never asked about this client. */
  private async agreed(
    userId: string,
    client: Client,
    offered: Access,
    catalog: Catalog,
  ): Promise<Pick<Access, 'scopes' | 'claims'> | null> {
    const consented = await this.consents.find(userId, client.id);
    if (!offered.audience.every((resource) => consented.scopes.has(resource))) return null;
    const scopes = offered.scopes.filter((scope) =>
      offered.audience.every(
        (resource) => consented.scopes.get(resource)?.has(scope) === true || !countsAt(scope, [resource], catalog),
      ),
    );
    return { scopes, claims: offered.claims?.filter((claim) => consented.claims.has(claim)) ?? [] };
  }
}

/**
 * Whether nobody else can pass for the client: it has credentials, or the address where the answer goes is its own. For others people are asked each
 * time (RFC 8252 §8.6, RFC 9700 §4.11.2).
 */
function isAssured(client: Client, redirectUri: string): boolean {
  return !isPublicClient(client) || redirectUri.startsWith('https:');
}
