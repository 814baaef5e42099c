import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, integer, text } from '../../../database/portable-columns';

/** Why: clients come for what people have let them have. */
export class AuthorizationCodes1795000230000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const reference = (column: string, table: string) => ({
      name: `authorization_codes_${column.replace('_id', '')}_fk`,
      columnNames: [column],
      referencedTableName: table,
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    });
    await runner.createTable(
      new Table({
        name: 'authorization_codes',
        columns: [
          text('digest', { isPrimary: true }),
          text('client_id'),
          text('session_id'),
          text('redirect_uri'),
          integer('names_redirect_uri'),
          text('code_challenge', { isNullable: true }),
          text('scope'),
          text('audience'),
          text('jkt', { isNullable: true }),
          text('context', { isNullable: true }),
          text('lineage'),
          instant('consumed_at', { isNullable: true }),
          instant('valid_until'),
          instant('expires_at'),
        ],
        indices: [
          { name: 'authorization_codes_client', columnNames: ['client_id'] },
          { name: 'authorization_codes_session', columnNames: ['session_id'] },
          { name: 'authorization_codes_expiry', columnNames: ['expires_at'] },
        ],
        foreignKeys: [reference('client_id', 'clients'), reference('session_id', 'sessions')],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('authorization_codes');
  }
}
