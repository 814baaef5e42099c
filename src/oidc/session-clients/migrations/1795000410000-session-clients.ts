import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { text } from '../../../database/portable-columns';

/** Why: when a session ends, those applications are told that somebody was signed in to with it, and no others. */
export class SessionClients1795000410000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'session_clients',
        columns: [text('session_id', { isPrimary: true }), text('client_id', { isPrimary: true })],
        indices: [{ name: 'session_clients_client', columnNames: ['client_id'] }],
        foreignKeys: [
          {
            name: 'session_clients_session_fk',
            columnNames: ['session_id'],
            referencedTableName: 'sessions',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
          {
            name: 'session_clients_client_fk',
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
    await runner.dropTable('session_clients');
  }
}
