import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { text } from '../../database/portable-columns';

/** Why: applications are told more of people than an account needs, and whether an address was found to be theirs. */
export class UserProfiles1795000360000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'user_profiles',
        columns: [
          text('user_id', { isPrimary: true }),
          text('claims'),
          text('verified_email', { isNullable: true }),
          text('verified_phone', { isNullable: true }),
        ],
        foreignKeys: [
          {
            name: 'user_profiles_user_fk',
            columnNames: ['user_id'],
            referencedTableName: 'users',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('user_profiles');
  }
}
