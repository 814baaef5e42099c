import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import { AuditLog } from '../../audit/audit-log';
import { ConsentStore } from '../../consents/consent.store';
import type { Transaction } from '../../database/transaction';
import { type Access, countsAt } from './access';
import { ScopeCatalog } from './scope-catalog';

/** Who has let which client have something, and where. */
export interface ConsentParties {
  readonly userId: string;
  readonly clientId: string;
  readonly sessionId: string;
  readonly origin: RequestOrigin;
}

/** Remembers what people have let clients have, and notes that they did; and that they did not. */
@Injectable()
export class ConsentKeeper {
  constructor(
    private readonly consents: ConsentStore,
    private readonly catalog: ScopeCatalog,
    private readonly audit: AuditLog,
  ) {}

  /** @param offered what the person could choose from @param granted what of it they have chosen */
  async keep(transaction: Transaction, parties: ConsentParties, offered: Access, granted: Access): Promise<void> {
    const { userId, clientId } = parties;
    const catalog = await this.catalog.get();
    const before = await this.consents.find(userId, clientId, transaction);
    const claims = settled(before.claims, offered.claims, granted.claims).join(' ');
    for (const resource of granted.audience) {
      const now = granted.scopes.filter((scope) => countsAt(scope, [resource], catalog));
      const scopes = settled(before.scopes.get(resource) ?? [], offered.scopes, now).join(' ');
      await this.consents.keep(transaction, { user_id: userId, client_id: clientId, resource, scopes, claims });
    }
    const detail = { scope: granted.scopes.join(' '), audience: granted.audience.join(' '), claims };
    await this.audit.record(transaction, { type: 'consent.granted', outcome: 'success', ...parties, detail });
  }

  /** Notes that a person has let a client have nothing; what they let it have before stays. */
  async noteRefusal(transaction: Transaction, parties: ConsentParties): Promise<void> {
    await this.audit.record(transaction, { type: 'consent.refused', outcome: 'failure', ...parties });
  }
}

/** What is agreed to from now on: what was not asked this time stays as it was. */
function settled(before: Iterable<string>, offered: readonly string[] = [], granted: readonly string[] = []): string[] {
  return [...[...before].filter((one) => !offered.includes(one)), ...granted];
}
