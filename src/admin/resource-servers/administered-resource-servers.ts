import { Injectable } from '@nestjs/common';
import { Reader } from '../../database/reader';
import { resourceServerFields } from '../../oauth/resource-indicators/resource-server-fields';
import { ResourceServerRegistrations } from '../../oauth/resource-indicators/resource-server-registrations';
import type { ResourceServer, ResourceServerProperties } from '../../resource-servers/resource-server';
import { ResourceServerStore } from '../../resource-servers/resource-server.store';
import { AdministeredRegistrations } from '../administered-registrations';
import { fixedFieldsOf } from './resource-server.view';

/** The resource servers as administrators work with them. */
@Injectable()
export class AdministeredResourceServers extends AdministeredRegistrations<ResourceServer, ResourceServerProperties> {
  constructor(
    private readonly servers: ResourceServerStore,
    registrations: ResourceServerRegistrations,
    private readonly reader: Reader,
  ) {
    super(registrations, {
      identifier: 'resource',
      taken: 'There is a resource server with this identifier already.',
      fixedFieldsOf,
      fieldsOf: resourceServerFields,
    });
  }

  override async list(): Promise<ResourceServer[]> {
    return [...(await this.servers.all()).values()];
  }

  protected override find(id: string): Promise<ResourceServer | null> {
    return this.servers.read(this.reader, id);
  }
}
