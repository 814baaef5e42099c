import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, integer, text } from '../../../database/portable-columns';

/** Why: what a client wants stands on the server before a browser comes with it, where nobody on the way can read or change it. */
export class PushedRequests1795000240000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'pushed_requests',
        columns: [
          text('digest', { isPrimary: true }),
          text('client_id'),
          text('parameters'),
          integer('signed'),
          text('jkt', { isNullable: true }),
          instant('consumed_at', { isNullable: true }),
          instant('valid_until'),
          instant('expires_at'),
        ],
        indices: [
          { name: 'pushed_requests_client', columnNames: ['client_id'] },
          { name: 'pushed_requests_expiry', columnNames: ['expires_at'] },
        ],
        foreignKeys: [
          {
            name: 'pushed_requests_client_fk',
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
    await runner.dropTable('pushed_requests');
  }
}
