import { Injectable } from '@nestjs/common';
import { Profiles } from '../../auth/profiles';
import { type Client, nameOf } from '../../clients/client';
import type { AskedPerson } from '../../oauth/authorization-code/authorization-flow';
import { ScopeCatalog } from '../../oauth/resource-indicators/scope-catalog';
import { isLoopbackRedirect, isNativeRedirect, redirectTarget } from '../../protocol/redirect-uri';
import type { ConsentView, ShownClient } from './consent.view';

/** Puts into words what a person is asked. */
@Injectable()
export class ConsentViews {
  constructor(
    private readonly profiles: Profiles,
    private readonly catalog: ScopeCatalog,
  ) {}

  /** What the page shows of a request. */
  async of({ request, session, offered }: AskedPerson): Promise<Omit<ConsentView, 'ticket' | 'faults'>> {
    const { scopes, resourceServers } = await this.catalog.get();
    const { username, displayName } = await this.profiles.get(session.user.id);
    const describe = (name: string) =>
      scopes.find(
        (scope) => scope.name === name && (scope.resource === null || offered.audience.includes(scope.resource)),
      )?.description ?? name;
    return {
      client: shownClient(request.client, request.redirectUri),
      person: displayName ?? username,
      resources: offered.audience
        .filter((resource) => resource !== this.catalog.ownResource)
        .map((resource) => resourceServers.get(resource)?.name ?? resource),
      scopes: offered.scopes.map((name) => ({ name, description: describe(name), isChosen: true })),
    };
  }
}

function shownClient(client: Client, redirectUri: string): ShownClient {
  const { client_uri: homePage, policy_uri: policy, tos_uri: terms } = client.metadata;
  return { name: nameOf(client), destination: destinationOf(redirectUri), homePage, policy, terms };
}

function destinationOf(redirectUri: string): string {
  if (isLoopbackRedirect(redirectUri)) return 'An application on this device';
  if (isNativeRedirect(redirectUri)) return `An application on this device (${redirectTarget(redirectUri)})`;
  return `You will be sent back to ${redirectTarget(redirectUri)}.`;
}
