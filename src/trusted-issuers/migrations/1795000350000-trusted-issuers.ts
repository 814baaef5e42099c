import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, integer, text } from '../../database/portable-columns';

/** Why: others are trusted to say for whom a client may have tokens, and whom they mean has to be written down. */
export class TrustedIssuers1795000350000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'trusted_issuers',
        columns: [
          text('issuer', { isPrimary: true }),
          text('properties'),
          integer('revision'),
          instant('created_at'),
          instant('updated_at'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'subject_links',
        columns: [
          text('issuer', { isPrimary: true }),
          text('subject', { isPrimary: true }),
          text('user_id'),
          text('lineage'),
          instant('created_at'),
        ],
        indices: [
          { name: 'subject_links_list', columnNames: ['issuer', 'created_at', 'lineage'] },
          { name: 'subject_links_user', columnNames: ['user_id'] },
        ],
        foreignKeys: [
          {
            name: 'subject_links_issuer_fk',
            columnNames: ['issuer'],
            referencedTableName: 'trusted_issuers',
            referencedColumnNames: ['issuer'],
            onDelete: 'CASCADE',
          },
          {
            name: 'subject_links_user_fk',
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
    await runner.dropTable('subject_links');
    await runner.dropTable('trusted_issuers');
  }
}
