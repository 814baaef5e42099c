import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../../audit/audit-event';
import { Reader } from '../../database/reader';
import { assertIfMatch } from '../../http/entity-tag';
import { Problem } from '../../http/problem';
import { resourceServerFields } from '../../oauth/resource-indicators/resource-server-fields';
import {
  type ResourceServerAnswer,
  ResourceServerRegistrations,
} from '../../oauth/resource-indicators/resource-server-registrations';
import type { ResourceServer } from '../../resource-servers/resource-server';
import { ResourceServerStore } from '../../resource-servers/resource-server-store';
import { invalidBody, withoutFixed } from '../request-body';
import type { NewResourceServerDto, ResourceServerChangeDto } from './resource-server.dto';
import { fixedFieldsOf } from './resource-server.view';

/** The resource servers as administrators work with them: whoever changes one has seen it as it is. */
@Injectable()
export class AdministeredResourceServers {
  constructor(
    private readonly servers: ResourceServerStore,
    private readonly registrations: ResourceServerRegistrations,
    private readonly reader: Reader,
  ) {}

  /** All of them. */
  async list(): Promise<ResourceServer[]> {
    return [...(await this.servers.all()).values()];
  }

  /** @throws {Problem} not_found */
  async read(id: string): Promise<ResourceServer> {
    const server = await this.servers.read(this.reader, id);
    if (server === null) throw new Problem('not_found');
    return server;
  }

  /** @throws {Problem} validation_failed; conflict where there is one of that identifier already */
  async register({ resource, ...input }: NewResourceServerDto, by: EventOrigin): Promise<ResourceServer> {
    return serverOf(await this.registrations.register(resource, input, by));
  }

  /**
   * Changes a resource server: what is left out stays, and null stands for the value where nobody says (RFC 7396).
   * @throws {Problem} not_found, validation_failed, precondition_required or precondition_failed
   */
  async change(
    id: string,
    body: ResourceServerChangeDto,
    ifMatch: string | undefined,
    by: EventOrigin,
  ): Promise<ResourceServer> {
    const server = await this.read(id);
    assertIfMatch(ifMatch, server.revision);
    const change = withoutFixed({ ...body }, { ...fixedFieldsOf(server) });
    const merged = { ...resourceServerFields(server), ...change };
    return serverOf(await this.registrations.change(id, merged, server.revision, by));
  }

  /** @throws {Problem} not_found, precondition_required or precondition_failed */
  async remove(id: string, ifMatch: string | undefined, by: EventOrigin): Promise<void> {
    const { revision } = await this.read(id);
    assertIfMatch(ifMatch, revision);
    const { outcome } = await this.registrations.remove(id, revision, by);
    if (outcome !== 'removed') throw refusal(outcome);
  }
}

function serverOf(answer: ResourceServerAnswer): ResourceServer {
  if (answer.outcome === 'done') return answer.server;
  if (answer.outcome === 'refused') throw invalidBody(answer.problems);
  if (answer.outcome !== 'taken') throw refusal(answer.outcome);
  throw new Problem('conflict', { detail: 'There is a resource server with this identifier already.' });
}

function refusal(outcome: 'unknown' | 'outdated'): Problem {
  return new Problem(outcome === 'unknown' ? 'not_found' : 'precondition_failed');
}
