import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import type { Transaction } from '../database/transaction';
import type { Role } from './role.entity';

/** What is known of the roles; see {@link Role}. */
@Injectable()
export class RoleStore {
  constructor(private readonly clock: Clock) {}

  /** All that are described, by name. */
  list(source: Pick<Transaction, 'query'>): Promise<Role[]> {
    return source.query<Role>('SELECT * FROM roles ORDER BY name');
  }

  /** Describes a role, whether it was described before or not. */
  async describe(transaction: Transaction, name: string, description: string | null): Promise<void> {
    const now = this.clock.now();
    await transaction.change(
      `INSERT INTO roles (name, description, created_at, updated_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET description = excluded.description, updated_at = excluded.updated_at`,
      [name, description, now, now],
    );
  }

  /** Forgets what was known of a role; people who have it keep it. */
  async forget(transaction: Transaction, name: string): Promise<void> {
    await transaction.change('DELETE FROM roles WHERE name = ?', [name]);
  }
}
