import { Injectable, Optional } from '@nestjs/common';
import { ScopeCatalog } from '../../oauth/resource-indicators/scope-catalog';
import type { Change } from './change';
import { ClientSection } from './client-section';
import type { Fault } from './configuration-file';
import { entriesOf, isFields } from './entries';
import { ResourceServerSection } from './resource-server-section';
import { RoleSection } from './role-section';
import { TrustedIssuerSection } from './trusted-issuer-section';
import { UserSection } from './user-section';

/** The sections of every file, in the order in which they are written. */
const SECTIONS = ['roles', 'resource_servers', 'clients', 'users'] as const;

/** The section that comes with JWT authorization grants (RFC 7523 §2.1) or software statements (RFC 7591 §2.3). */
const TRUSTED_ISSUERS = 'trusted_issuers';

const SWITCHED_OFF =
  'This section is there with one of the features jwt_bearer and dynamic_registration, which are off: OAUTH_FEATURES=+jwt_bearer switches one on.';

type Section = (typeof SECTIONS)[number] | typeof TRUSTED_ISSUERS;

/** The sections of a file, each held against what the others make of the server. */
@Injectable()
export class ConfigurationSections {
  constructor(
    private readonly catalog: ScopeCatalog,
    private readonly roles: RoleSection,
    private readonly resourceServers: ResourceServerSection,
    private readonly clients: ClientSection,
    private readonly users: UserSection,
    @Optional() private readonly trustedIssuers?: TrustedIssuerSection,
  ) {}

  /**
   * All differences, in the order in which they are made up; removals last, in the opposite order, since things hold on to those before them.
   * @param faults takes what is wrong; with any, there are no differences
   */
  async plan(content: unknown, prune: boolean, faults: Fault[]): Promise<Change[]> {
    const fields = isFields(content) ? content : {};
    this.refuseUnknown(content, faults);
    const entries = (name: Section) => entriesOf(fields, name, faults);
    const ofClients = entries('clients');
    const clientIds = await this.clients.idsAfter(ofClients, prune);
    const hasClient = (id: string) => clientIds.has(id);
    const roles = await this.roles.plan(entries('roles'), prune);
    const servers = await this.resourceServers.plan(entries('resource_servers'), prune, hasClient);
    const catalog = this.catalog.with(servers.after);
    const clients = await this.clients.plan(ofClients, prune, catalog);
    const users = await this.users.plan(entries('users'), prune, roles.names);
    const surroundings = { hasClient, catalog, findPerson: users.find };
    const issuers = (await this.trustedIssuers?.plan(entries(TRUSTED_ISSUERS), prune, surroundings)) ?? [];
    if (faults.length > 0) return [];
    const all = [...roles.changes, ...servers.changes, ...clients, ...users.changes, ...issuers];
    const isRemoval = ({ action }: Change) => action === 'remove';
    return [...all.filter((change) => !isRemoval(change)), ...all.filter(isRemoval).reverse()];
  }

  /** The server as a file would say it; of secrets and passwords, their digests alone. */
  async export(): Promise<Readonly<Record<string, readonly object[]>>> {
    return {
      roles: await this.roles.export(),
      resource_servers: await this.resourceServers.export(),
      clients: await this.clients.export(),
      users: await this.users.export(),
      ...(this.trustedIssuers === undefined ? {} : { [TRUSTED_ISSUERS]: await this.trustedIssuers.export() }),
    };
  }

  private refuseUnknown(content: unknown, faults: Fault[]): void {
    const known: readonly string[] = this.trustedIssuers === undefined ? SECTIONS : [...SECTIONS, TRUSTED_ISSUERS];
    if (!isFields(content)) {
      return void faults.push({ place: [], reason: `It must hold sections: ${known.join(', ')}.` });
    }
    for (const name of Object.keys(content)) {
      if (known.includes(name)) continue;
      const unknown = `This section is not known here; there are ${known.join(', ')}.`;
      faults.push({ place: [name], reason: name === TRUSTED_ISSUERS ? SWITCHED_OFF : unknown });
    }
  }
}
