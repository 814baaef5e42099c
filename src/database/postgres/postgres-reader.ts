import type { Pool } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { asDatabaseError } from '../database-unavailable';
import { Reader } from '../reader';
import type { SqlValue } from '../sql-value';
import { isOutdatedPlan, postgresStatement } from './placeholders';

/** Reads over the pool. */
export class PostgresReader extends Reader {
  readonly manager: EntityManager;
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.manager = dataSource.manager;
    this.pool = (dataSource.driver as unknown as { master: Pool }).master;
  }

  async query<Row>(sql: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    try {
      return await this.rows<Row>(sql, parameters).catch((error: unknown) => {
        if (isOutdatedPlan(error)) return this.rows<Row>(sql, parameters);
        throw error;
      });
    } catch (error) {
      throw asDatabaseError(error);
    }
  }

  private async rows<Row>(sql: string, parameters: readonly SqlValue[]): Promise<Row[]> {
    const result = await this.pool.query({ ...postgresStatement(sql), values: [...parameters] });
    return result.rows as Row[];
  }
}
