import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, integer, text } from '../../../database/portable-columns';

/** Why: applications are told that a session has ended even where this server stops in between, or they cannot be reached at first. */
export class LogoutNotices1795000420000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'logout_notices',
        columns: [
          text('session_id', { isPrimary: true }),
          text('client_id', { isPrimary: true }),
          text('user_id'),
          integer('attempts'),
          instant('due_at'),
          instant('expires_at'),
        ],
        indices: [
          { name: 'logout_notices_client', columnNames: ['client_id'] },
          { name: 'logout_notices_due', columnNames: ['due_at'] },
          { name: 'logout_notices_expiry', columnNames: ['expires_at'] },
        ],
        foreignKeys: [
          {
            name: 'logout_notices_client_fk',
            columnNames: ['client_id'],
            referencedTableName: 'clients',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('logout_notices');
  }
}
