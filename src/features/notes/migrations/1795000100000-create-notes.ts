import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, text } from '../../../database/portable-columns';

/** Why: people keep notes. */
export class CreateNotes1795000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'notes',
        columns: [
          text('id', { isPrimary: true }),
          text('owner_id'),
          text('title'),
          text('body'),
          instant('created_at'),
          instant('updated_at'),
        ],
        indices: [
          { name: 'notes_owner', columnNames: ['owner_id', 'created_at', 'id'] },
          { name: 'notes_time', columnNames: ['created_at', 'id'] },
        ],
        foreignKeys: [
          {
            name: 'notes_owner_fk',
            columnNames: ['owner_id'],
            referencedTableName: 'users',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('notes');
  }
}
