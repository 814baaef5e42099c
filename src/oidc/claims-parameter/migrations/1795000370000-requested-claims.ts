import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, text } from '../../../database/portable-columns';

/** Why: what a client has asked UserInfo for, claim by claim, holds as long as its tokens do. */
export class RequestedClaims1795000370000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'requested_claims',
        columns: [text('lineage', { isPrimary: true }), text('client_id'), text('claims'), instant('expires_at')],
        indices: [
          { name: 'requested_claims_client', columnNames: ['client_id'] },
          { name: 'requested_claims_expiry', columnNames: ['expires_at'] },
        ],
        foreignKeys: [
          {
            name: 'requested_claims_client_fk',
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
    await runner.dropTable('requested_claims');
  }
}
