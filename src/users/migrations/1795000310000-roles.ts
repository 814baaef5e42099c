import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, text } from '../../database/portable-columns';

/** Why: whoever gives roles to people finds what each is for, and a misspelt one is found. */
export class Roles1795000310000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'roles',
        columns: [
          text('name', { isPrimary: true }),
          text('description', { isNullable: true }),
          instant('created_at'),
          instant('updated_at'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('roles');
  }
}
