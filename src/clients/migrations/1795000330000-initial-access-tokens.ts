import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, integer, text } from '../../database/portable-columns';

/** Why: applications register themselves only where an operator has let them. */
export class InitialAccessTokens1795000330000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'initial_access_tokens',
        columns: [
          text('id', { isPrimary: true }),
          text('digest'),
          text('label'),
          text('profile'),
          integer('uses_left'),
          instant('created_at'),
          instant('expires_at'),
        ],
        indices: [
          { name: 'initial_access_tokens_digest', columnNames: ['digest'], isUnique: true },
          { name: 'initial_access_tokens_expiry', columnNames: ['expires_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('initial_access_tokens');
  }
}
