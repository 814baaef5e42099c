import { Injectable } from '@nestjs/common';
import { ClientStore } from '../../clients/client.store';
import type { FieldProblem } from '../../clients/read-fields';
import { resourceFault } from '../../protocol/resource-indicator';
import type { ResourceServerProperties } from '../../resource-servers/resource-server';
import type { PropertiesReader, PropertiesReading } from '../client-registration/registrations';
import { readResourceServer } from './resource-server-fields';
import { ScopeCatalog } from './scope-catalog';

/** Tells whether there is a client of that id. */
export type ClientLookup = (id: string) => boolean | Promise<boolean>;

/** Reads what somebody says of a resource server, and holds it against the scopes and clients that there are. */
@Injectable()
export class ResourceServerReader implements PropertiesReader<ResourceServerProperties> {
  constructor(
    private readonly catalog: ScopeCatalog,
    private readonly clients: ClientStore,
  ) {}

  /** Reads it together with the identifier that it is to have. */
  async readNew(
    id: unknown,
    input: Readonly<Record<string, unknown>>,
    hasClient?: ClientLookup,
  ): Promise<PropertiesReading<ResourceServerProperties, { readonly id: string }>> {
    const reason = this.identifierFault(id);
    const read = await this.read(input, hasClient);
    if (reason === null) return read.ok ? { ...read, id: id as string } : read;
    const problem = { field: 'resource', reason };
    return { ok: false, problems: [problem, ...(read.ok ? [] : read.problems)] };
  }

  /** Reads what it is. @param hasClient which clients count, where they are not those of this moment */
  async read(
    input: Readonly<Record<string, unknown>>,
    hasClient?: ClientLookup,
  ): Promise<PropertiesReading<ResourceServerProperties>> {
    const read = readResourceServer(input);
    if (!read.ok) return read;
    const problems = [
      ...(await this.scopeProblems(read.properties)),
      ...(await this.clientProblems(read.properties, hasClient ?? ((id) => this.isClient(id)))),
    ];
    return problems.length > 0 ? { ok: false, problems } : read;
  }

  private identifierFault(id: unknown): string | null {
    if (typeof id !== 'string' || id === '') return 'resource is needed: the identifier that its tokens have as aud.';
    const fault = resourceFault(id);
    if (fault !== null) return fault;
    return id === this.catalog.ownResource
      ? "resource is that of this server's own API, whose scopes are in its code."
      : null;
  }

  /**
   * A scope stands for all resource servers that have one of its name. What this server keeps for people with a role, and what means something to the
   * protocol, must not be opened to everybody, or change its meaning, by a namesake elsewhere.
   */
  private async scopeProblems({ scopes }: ResourceServerProperties): Promise<FieldProblem[]> {
    const kept = (await this.catalog.get()).scopes.filter(
      ({ resource, roles }) => resource === null || (resource === this.catalog.ownResource && roles !== undefined),
    );
    return scopes.flatMap(({ name }, index) =>
      kept.some((scope) => scope.name === name)
        ? [
            {
              field: 'scopes',
              path: [index, 'name'],
              reason: 'scopes has a name that this server keeps for itself: choose another.',
            },
          ]
        : [],
    );
  }

  private async clientProblems(
    { introspectionClients }: ResourceServerProperties,
    hasClient: ClientLookup,
  ): Promise<FieldProblem[]> {
    const problems: FieldProblem[] = [];
    for (const [index, id] of introspectionClients.entries()) {
      if (await hasClient(id)) continue;
      const reason = 'introspection_clients names a client that is not there: register it first.';
      problems.push({ field: 'introspection_clients', path: [index], reason });
    }
    return problems;
  }

  private async isClient(id: string): Promise<boolean> {
    return (await this.clients.find(id)) !== null;
  }
}
