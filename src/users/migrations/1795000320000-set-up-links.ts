import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, text } from '../../database/portable-columns';

/** Why: whoever starts a server for the first time becomes its administrator by a link, on whichever node it is opened. */
export class SetUpLinks1795000320000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'set_up_links',
        columns: [text('digest', { isPrimary: true }), instant('created_at'), instant('expires_at')],
        indices: [{ name: 'set_up_links_expiry', columnNames: ['expires_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('set_up_links');
  }
}
