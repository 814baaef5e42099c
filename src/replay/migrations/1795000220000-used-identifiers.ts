import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, text } from '../../database/portable-columns';

/** Why: assertions, proofs and the like are good for one use, on whichever node. */
export class UsedIdentifiers1795000220000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'used_identifiers',
        columns: [text('digest', { isPrimary: true }), instant('expires_at')],
        indices: [{ name: 'used_identifiers_expiry', columnNames: ['expires_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('used_identifiers');
  }
}
