import { Injectable } from '@nestjs/common';
import { PersonClaims } from '../auth/person-claims';
import { Profiles } from '../auth/profiles';
import { type Client, hostOf, isUnchecked, nameOf } from '../clients/client';
import type { Access } from '../oauth/resource-indicators/access';
import { ScopeCatalog } from '../oauth/resource-indicators/scope-catalog';
import type { SessionWithUser } from '../sessions/session-manager';
import type { AccessChoice } from './access-choice.view';
import { isPartOfSigningIn } from './access-decision';
import type { ShownClient } from './client-head.view';
import { ClientLogos } from './client-logos/client-logos';

/** What every page shows that asks a person what an application may do. */
export interface AskingView extends AccessChoice {
  readonly client: ShownClient;
  readonly person: string;
  readonly personId: string;
}

/** Puts into words what a person is asked, whatever way the application came. */
@Injectable()
export class AccessViews {
  constructor(
    private readonly profiles: Profiles,
    private readonly catalog: ScopeCatalog,
    private readonly logos: ClientLogos,
    private readonly claims: PersonClaims,
  ) {}

  /** @param offered what the person can let the application have */
  async of(client: Client, { user }: SessionWithUser, offered: Access): Promise<AskingView> {
    const { scopes, resourceServers } = await this.catalog.get();
    const { username, displayName } = await this.profiles.get(user.id);
    const describe = (name: string) =>
      scopes.find(
        (scope) => scope.name === name && (scope.resource === null || offered.audience.includes(scope.resource)),
      )?.description ?? name;
    return {
      client: shownClient(client, (await this.logos.of(client)) !== null),
      person: displayName ?? username,
      personId: user.id,
      resources: offered.audience
        .filter((resource) => resource !== this.catalog.ownResource)
        .map((resource) => resourceServers.get(resource)?.name ?? resource),
      scopes: offered.scopes.map((name) => ({
        name,
        description: describe(name),
        isChosen: true,
        isFixed: isPartOfSigningIn(name),
      })),
      claims: (offered.claims ?? []).map((name) => ({ name, description: this.claims.wordsFor(name), isChosen: true })),
    };
  }

  /** What scopes allow, in words; by its name where the words are others at another resource server. */
  async wordsFor(names: readonly string[]): Promise<string[]> {
    const { scopes } = await this.catalog.get();
    return names.map((name) => {
      const [words = name, ...others] = new Set(
        scopes.flatMap((scope) => (scope.name === name ? [scope.description] : [])),
      );
      return others.length === 0 ? words : name;
    });
  }
}

function shownClient(client: Client, hasLogo: boolean): ShownClient {
  const { client_uri: homePage, policy_uri: policy, tos_uri: terms } = client.metadata;
  const host = hostOf(client);
  return {
    // What a document says of its client is no name that people could go by: the host is, which the document cannot choose.
    name: host ?? nameOf(client),
    claimedName: host === null ? null : (client.metadata.client_name ?? null),
    isUnchecked: isUnchecked(client),
    host,
    logo: hasLogo ? `/assets/logos/${client.id}?v=${client.revision}` : null,
    ...{ homePage, policy, terms },
  };
}
