import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, integer, text } from '../../../database/portable-columns';

/** Why: devices wait until a person has decided in a browser elsewhere. */
export class DeviceCodes1795000270000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const reference = (column: string, table: string) => ({
      name: `device_codes_${column.replace('_id', '')}_fk`,
      columnNames: [column],
      referencedTableName: table,
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    });
    await runner.createTable(
      new Table({
        name: 'device_codes',
        columns: [
          text('digest', { isPrimary: true }),
          text('user_code_digest'),
          text('client_id'),
          text('scope'),
          text('audience'),
          text('address'),
          integer('poll_interval'),
          instant('next_poll_at'),
          text('user_id', { isNullable: true }),
          text('browser', { isNullable: true }),
          text('decision', { isNullable: true }),
          text('session_id', { isNullable: true }),
          instant('authenticated_at', { isNullable: true }),
          text('acr', { isNullable: true }),
          text('amr', { isNullable: true }),
          text('lineage'),
          instant('created_at'),
          instant('consumed_at', { isNullable: true }),
          instant('valid_until'),
          instant('expires_at'),
        ],
        indices: [
          { name: 'device_codes_user_code', columnNames: ['user_code_digest'], isUnique: true },
          { name: 'device_codes_client', columnNames: ['client_id'] },
          { name: 'device_codes_user', columnNames: ['user_id'] },
          { name: 'device_codes_session', columnNames: ['session_id'] },
          { name: 'device_codes_expiry', columnNames: ['expires_at'] },
        ],
        foreignKeys: [
          reference('client_id', 'clients'),
          reference('user_id', 'users'),
          reference('session_id', 'sessions'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('device_codes');
  }
}
