import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import { AuditLog } from '../../audit/audit-log';
import type { Client } from '../../clients/client';
import type { ClientMetadata } from '../../clients/client-metadata';
import { DescribedClients } from '../../clients/described-clients';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import { addressBucket } from '../../http/client-address';
import { Problem } from '../../http/problem';
import { type RateLimit, RateLimits } from '../../rate-limit/rate-limits';
import { ChangedTerms } from '../client-registration/changed-terms';

/** Clients that one address may bring in an hour, before a person has let them have anything (DOS-06). */
const MOST_NEW = { points: 60, seconds: 3_600 };

/** What is kept of a client that is known by a document, and what has to end when the document changes. */
@Injectable()
export class DocumentRecords {
  private readonly limit: RateLimit;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly described: DescribedClients,
    private readonly terms: ChangedTerms,
    private readonly audit: AuditLog,
    limits: RateLimits,
  ) {
    this.limit = limits.define({ name: 'described-clients', ...MOST_NEW });
  }

  /** Keeps a client until an instant (epoch milliseconds) at least. */
  async keepIn(transaction: Transaction, client: Client, until: number, origin?: RequestOrigin): Promise<void> {
    if (!(await this.described.keep(transaction, client, until))) return;
    const event = { type: 'client.described', outcome: 'success', clientId: client.id, origin } as const;
    await this.audit.record(transaction, event);
  }

  /**
   * The same for whoever comes by itself, in a unit of work of its own.
   * @throws {Problem} rate_limited when somebody brings new clients without end
   */
  async keep(client: Client, until: number, origin: RequestOrigin): Promise<void> {
    if (client.revision === 0) {
      const permission = await this.limit.consume(addressBucket(origin.address));
      if (!permission.allowed) {
        throw new Problem('rate_limited', { headers: { 'Retry-After': String(permission.retryAfterSeconds) } });
      }
    }
    await this.unitOfWork.run((transaction) => this.keepIn(transaction, client, until, origin));
  }

  /** Notes that the document of a client says what it said before. */
  confirm(id: string, checkedAt: number): Promise<void> {
    return this.unitOfWork.run((transaction) => this.described.confirm(transaction, id, checkedAt));
  }

  /** Takes over what a document says by now, and ends what was granted on the strength of what it said before (draft §8.4). */
  change(before: Client, now: ClientMetadata, checkedAt: number): Promise<void> {
    return this.unitOfWork.run(async (transaction) => {
      if (!(await this.described.change(transaction, before.id, now, checkedAt))) return;
      const consents = await this.terms.apply(transaction, before.id, before.metadata, now);
      await this.audit.record(transaction, {
        type: 'client.changed',
        outcome: 'success',
        clientId: before.id,
        detail: { by: 'its document', consents },
      });
    });
  }
}
