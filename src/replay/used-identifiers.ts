import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { sha256 } from '../crypto/digest';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import { UnitOfWork } from '../database/unit-of-work';

/** What identifiers are kept apart by: the same text may be used once for each. */
export type Purpose = 'client-assertion' | 'dpop-proof' | 'interaction' | 'jwt-authorization-grant' | 'request-object';

/** The memory of identifiers that are good for one use (`jti` and the like), shared by all nodes: the database decides who was first. */
@Injectable()
export class UsedIdentifiers {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    sweeper: Sweeper,
  ) {
    sweeper.register({ table: 'used_identifiers', primaryKey: 'digest' });
  }

  /**
   * Uses an identifier.
   * @param owner whose it is: nobody can use up another's
   * @param expiresAt epoch milliseconds after which it would not be accepted anyway; callers bound it
   * @returns false where it was used before
   */
  use(purpose: Purpose, owner: string, identifier: string, expiresAt: number): Promise<boolean> {
    return this.unitOfWork.run((transaction) => this.useIn(transaction, purpose, owner, identifier, expiresAt));
  }

  /** The same inside a unit of work: with it, the use is undone. */
  async useIn(
    transaction: Transaction,
    purpose: Purpose,
    owner: string,
    identifier: string,
    expiresAt: number,
  ): Promise<boolean> {
    const digest = sha256(JSON.stringify([purpose, owner, identifier]));
    // One that has expired and was not swept yet counts as used: its author has no business with it any more.
    const added = await transaction.change(
      'INSERT INTO used_identifiers (digest, expires_at) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING',
      [digest, Math.max(expiresAt, this.clock.now())],
    );
    return added === 1;
  }
}
