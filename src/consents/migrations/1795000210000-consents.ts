import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, text } from '../../database/portable-columns';

/** Why: people decide what clients may do for them, once, and can look it up and take it back. */
export class Consents1795000210000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'consents',
        columns: [
          text('user_id', { isPrimary: true }),
          text('client_id', { isPrimary: true }),
          text('resource', { isPrimary: true }),
          text('scopes'),
          text('claims'),
          instant('created_at'),
          instant('updated_at'),
        ],
        indices: [{ name: 'consents_client', columnNames: ['client_id'] }],
        foreignKeys: [
          {
            name: 'consents_user_fk',
            columnNames: ['user_id'],
            referencedTableName: 'users',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
          {
            name: 'consents_client_fk',
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
    await runner.dropTable('consents');
  }
}
