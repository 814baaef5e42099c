import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../database/unit-of-work';
import type { ResourceServer, ResourceServerProperties } from '../../resource-servers/resource-server';
import { Registrations } from '../client-registration/registrations';
import { ResourceServerChanges } from './resource-server-changes';
import { ResourceServerReader } from './resource-server-reader';

/** Registers resource servers by their identifiers, the `aud` of their tokens; changes and removes them: no token is issued for them any more. */
@Injectable()
export class ResourceServerRegistrations extends Registrations<ResourceServer, ResourceServerProperties> {
  constructor(unitOfWork: UnitOfWork, reader: ResourceServerReader, changes: ResourceServerChanges) {
    super(unitOfWork, reader, changes);
  }
}
