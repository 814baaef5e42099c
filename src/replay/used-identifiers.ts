import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { sha256 } from '../crypto/digest';
import { statementPieces } from '../database/batch';
import { GatheredIn } from '../database/gathered-in';
import { rowPlaces, sizedStatement } from '../database/sized-statement';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import { UnitOfWork } from '../database/unit-of-work';

/** What identifiers are kept apart by: the same text may be used once for each. */
export type Purpose = 'client-assertion' | 'dpop-proof' | 'interaction' | 'jwt-authorization-grant' | 'request-object';

interface Use {
  readonly digest: string;
  readonly expiresAt: number;
}

/** How many uses share a statement at the most. */
const MOST_USES = 16;

const useStatement = sizedStatement(
  (uses) => `INSERT INTO used_identifiers (digest, expires_at) VALUES ${rowPlaces(uses, 2)}
    ON CONFLICT (digest) DO NOTHING RETURNING digest`,
);

/** The memory of identifiers that are good for one use (`jti` and the like), shared by all nodes: the database decides who was first. */
@Injectable()
export class UsedIdentifiers {
  private readonly uses = new GatheredIn<Use, boolean>((transaction, uses) => this.useAll(transaction, uses));

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

  /** The same inside a unit of work: with it, the use is undone. Of several who use the same one there, the first has it. */
  async useIn(
    transaction: Transaction,
    purpose: Purpose,
    owner: string,
    identifier: string,
    expiresAt: number,
  ): Promise<boolean> {
    const digest = sha256(JSON.stringify([purpose, owner, identifier]));
    // One that has expired and was not swept yet counts as used: its author has no business with it any more.
    return this.uses.ask(transaction, { digest, expiresAt: Math.max(expiresAt, this.clock.now()) });
  }

  private async useAll(transaction: Pick<Transaction, 'query'>, uses: readonly Use[]): Promise<boolean[]> {
    const distinct = new Map(uses.map((use) => [use.digest, use]));
    const added = new Set<string>();
    // On all nodes in one order: no two wait for each other's rows.
    const sorted = [...distinct.values()].sort((one, other) => (one.digest < other.digest ? -1 : 1));
    for (const piece of statementPieces(sorted, MOST_USES)) {
      const values = piece.flatMap(({ digest, expiresAt }) => [digest, expiresAt]);
      const rows = await transaction.query<{ readonly digest: string }>(useStatement(piece.length), values);
      for (const { digest } of rows) added.add(digest);
    }
    return uses.map(({ digest }) => added.delete(digest));
  }
}
