import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { statementPieces } from '../database/batch';
import { GatheredIn } from '../database/gathered-in';
import { Reader } from '../database/reader';
import { RowsByKey } from '../database/rows-by-key';
import { rowPlaces, sizedStatement } from '../database/sized-statement';
import type { Transaction } from '../database/transaction';
import { storedScopes } from '../protocol/scope';
import type { Consent } from './consent.entity';

/** What a person has granted a client. */
export interface Consented {
  /** By resource server. */
  readonly scopes: ReadonlyMap<string, ReadonlySet<string>>;
  /** The claims about them beyond those that the scopes ask for. */
  readonly claims: ReadonlySet<string>;
}

type Grant = Pick<Consent, 'user_id' | 'client_id' | 'resource' | 'scopes' | 'claims'>;

const FIND = 'SELECT user_id, client_id, resource, scopes, claims FROM consents WHERE (user_id, client_id) IN KEYS';

/** How many decisions share a statement at the most. */
const MOST_KEPT = 16;

const keepStatement = sizedStatement(
  (rows) => `INSERT INTO consents (user_id, client_id, resource, scopes, claims, created_at, updated_at)
    VALUES ${rowPlaces(rows, 7)}
    ON CONFLICT (user_id, client_id, resource) DO UPDATE SET scopes = excluded.scopes, claims = excluded.claims,
    updated_at = excluded.updated_at`,
);

/** What people have let clients do. */
@Injectable()
export class ConsentStore {
  private readonly rows: RowsByKey<Grant>;
  private readonly kept = new GatheredIn<Grant, void, Transaction>((transaction, all) =>
    this.keepAll(transaction, all),
  );

  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
  ) {
    this.rows = new RowsByKey(reader, FIND, ({ user_id: userId, client_id: clientId }) => [userId, clientId]);
  }

  /** What a person has let a client do. @param source the unit of work where there is one */
  async find(userId: string, clientId: string, source?: Pick<Transaction, 'query'>): Promise<Consented> {
    const key = [userId, clientId] as const;
    const rows = await (source === undefined ? this.rows.find(...key) : this.rows.findIn(source, ...key));
    return {
      scopes: new Map(rows.map(({ resource, scopes }) => [resource, new Set(storedScopes(scopes))])),
      claims: new Set(rows.flatMap(({ claims }) => namesIn(claims))),
    };
  }

  /** Everything that a person has let clients do, by client. */
  listOf(userId: string): Promise<Consent[]> {
    const sql = 'SELECT * FROM consents WHERE user_id = ? ORDER BY client_id, resource';
    return this.reader.query<Consent>(sql, [userId]);
  }

  /** Notes what a person has decided for one resource server; it takes the place of what they had decided before. */
  keep(transaction: Transaction, consent: Grant): Promise<void> {
    return this.kept.ask(transaction, consent);
  }

  private async keepAll(transaction: Transaction, consents: readonly Grant[]): Promise<void[]> {
    const now = this.clock.now();
    // An upsert may meet each row once only: the last one counts. On all nodes in one order: no two wait for each other's rows.
    const distinct = new Map(consents.map((one) => [[one.user_id, one.client_id, one.resource].join(' '), one]));
    const sorted = [...distinct].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, consent]) => consent);
    for (const piece of statementPieces(sorted, MOST_KEPT)) {
      const rows = piece.map((one) => [one.user_id, one.client_id, one.resource, one.scopes, one.claims, now, now]);
      transaction.write(keepStatement(piece.length), rows.flat());
    }
    return consents.map(() => undefined);
  }

  /** Takes back what people have let a client do: they are asked anew. @returns how many entries there were */
  withdrawAll(transaction: Transaction, clientId: string): Promise<number> {
    return transaction.change('DELETE FROM consents WHERE client_id = ?', [clientId]);
  }

  /** Takes back what a person has let a client do. @returns false where there was nothing */
  async withdraw(transaction: Transaction, userId: string, clientId: string): Promise<boolean> {
    const sql = 'DELETE FROM consents WHERE user_id = ? AND client_id = ?';
    return (await transaction.change(sql, [userId, clientId])) > 0;
  }
}

function namesIn(claims: string): string[] {
  return claims === '' ? [] : claims.split(' ');
}
