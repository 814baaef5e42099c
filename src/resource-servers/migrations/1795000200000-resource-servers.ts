import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, integer, text } from '../../database/portable-columns';

/** Why: tokens are issued for other APIs than this server's own. */
export class ResourceServers1795000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'resource_servers',
        columns: [
          text('id', { isPrimary: true }),
          text('name'),
          text('scopes'),
          text('token_format'),
          integer('access_token_lifetime', { isNullable: true }),
          text('introspection_clients'),
          integer('revision'),
          instant('created_at'),
          instant('updated_at'),
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('resource_servers');
  }
}
