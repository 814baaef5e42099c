import { Injectable } from '@nestjs/common';
import { ResourceServerChanges } from '../../oauth/resource-indicators/resource-server-changes';
import { readResourceServer, resourceServerFields } from '../../oauth/resource-indicators/resource-server-fields';
import { type ClientLookup, ResourceServerReader } from '../../oauth/resource-indicators/resource-server-reader';
import { ScopeCatalog } from '../../oauth/resource-indicators/scope-catalog';
import type { ResourceServer, ResourceServerProperties } from '../../resource-servers/resource-server';
import type { Change } from './change';
import { type Entry, refuseTwins } from './entries';
import { type PlannedRegistrations, registrationChanges, type WantedRegistration } from './registration-changes';

/** What the file makes of the resource servers. */
export interface ResourceServerPlan {
  readonly changes: readonly Change[];
  /** Those that there are afterwards, by their identifiers. */
  readonly after: ReadonlyMap<string, ResourceServer>;
}

/** The resource servers of the file, in the fields of the API for administrators. */
@Injectable()
export class ResourceServerSection {
  private readonly changes: PlannedRegistrations<ResourceServer, ResourceServerProperties>;

  constructor(
    private readonly catalog: ScopeCatalog,
    private readonly reader: ResourceServerReader,
    changes: ResourceServerChanges,
  ) {
    this.changes = registrationChanges('resource server', resourceServerFields, changes);
  }

  /**
   * What has to be done so that the resource servers are those of the file.
   * @param prune whether there are no others
   * @param hasClient which clients there are afterwards
   */
  async plan(entries: readonly Entry[] | null, prune: boolean, hasClient: ClientLookup): Promise<ResourceServerPlan> {
    const present = await this.present();
    const wanted: WantedRegistration<ResourceServerProperties>[] = [];
    for (const entry of entries ?? []) wanted.push(...(await this.read(entry, hasClient)));
    refuseTwins(wanted, 'resource', ({ id }) => id);
    const isNamed = ({ id }: ResourceServer) => wanted.some((one) => one.id === id);
    const gone = prune && entries !== null ? present.filter((server) => !isNamed(server)) : [];
    const stay = present.filter((server) => !gone.includes(server));
    const now = { revision: 0, createdAt: 0, updatedAt: 0 };
    return {
      changes: [
        ...wanted.flatMap((one) =>
          this.changes.to(
            one,
            present.find(({ id }) => id === one.id),
          ),
        ),
        ...gone.map(({ id, revision }) => this.changes.removalOf(id, revision)),
      ],
      after: new Map(
        [...stay, ...wanted.map(({ id, properties }) => ({ ...now, ...properties, id }))].map((server) => [
          server.id,
          server,
        ]),
      ),
    };
  }

  /** The resource servers as the file says them. */
  async export(): Promise<object[]> {
    return (await this.present()).map(({ id, ...server }) => {
      const fields = Object.entries(resourceServerFields(server)).filter(([, value]) => value !== null);
      return { resource: id, ...Object.fromEntries(fields) };
    });
  }

  private async present(): Promise<ResourceServer[]> {
    const { resourceServers } = await this.catalog.get();
    return [...resourceServers.values()].filter(({ id }) => id !== this.catalog.ownResource);
  }

  private async read(entry: Entry, hasClient: ClientLookup): Promise<WantedRegistration<ResourceServerProperties>[]> {
    const { resource, ...fields } = entry.fields;
    const read = await this.reader.readNew(resource, fields, hasClient);
    if (read.ok) return [{ entry, id: read.id, properties: read.properties }];
    for (const { field, path, reason } of read.problems) entry.fault(reason, field, ...(path ?? []));
    // What is wrong with it is told once, and not again of each client that has one of its scopes.
    const alone = readResourceServer(fields);
    return alone.ok && typeof resource === 'string' ? [{ entry, id: resource, properties: alone.properties }] : [];
  }
}
