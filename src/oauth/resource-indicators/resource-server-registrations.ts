import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../../audit/audit-event';
import { UnitOfWork } from '../../database/unit-of-work';
import {
  type ResourceServerOutcome,
  type ResourceServerRemoval,
  ResourceServerChanges,
} from './resource-server-changes';
import type { ResourceServerProblem } from './resource-server-fields';
import { ResourceServerReader } from './resource-server-reader';

/** What became of something that was said of a resource server. */
export type ResourceServerAnswer =
  ResourceServerOutcome | { readonly outcome: 'refused'; readonly problems: readonly ResourceServerProblem[] };

/** Registers resource servers, changes and removes them. */
@Injectable()
export class ResourceServerRegistrations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: ResourceServerReader,
    private readonly changes: ResourceServerChanges,
  ) {}

  /** Registers a resource server. @param id its identifier: the `aud` of its tokens */
  async register(
    id: unknown,
    input: Readonly<Record<string, unknown>>,
    by: EventOrigin,
  ): Promise<ResourceServerAnswer> {
    const read = await this.reader.readNew(id, input);
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    return this.unitOfWork.run((transaction) => this.changes.add(transaction, read.id, read.properties, by));
  }

  /** Replaces what a resource server is. @param revision the one that the change was made from */
  async change(
    id: string,
    input: Readonly<Record<string, unknown>>,
    revision: number,
    by: EventOrigin,
  ): Promise<ResourceServerAnswer> {
    const read = await this.reader.read(input);
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    return this.unitOfWork.run((transaction) => this.changes.change(transaction, id, read.properties, revision, by));
  }

  /** Removes a resource server: no token is issued for it any more. @param revision the one that this was decided upon */
  remove(id: string, revision: number, by: EventOrigin): Promise<ResourceServerRemoval> {
    return this.unitOfWork.run((transaction) => this.changes.remove(transaction, id, revision, by));
  }
}
