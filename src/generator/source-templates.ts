import type { FeatureNames } from './feature-names';

/** The module. */
export const moduleFile = ({ one, many, One, Many, words }: FeatureNames): string => `\
import { Module } from '@nestjs/common';
import { ${One}Store } from './${one}.store';
import { ${Many}Controller } from './${many}.controller';

/** A person's ${words.many}. */
@Module({ controllers: [${Many}Controller], providers: [${One}Store] })
export class ${Many}Module {}
`;

/** The entity. */
export const entityFile = ({ One, table, words }: FeatureNames): string => `\
import { Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, TextColumn } from '../../database/portable-columns';

/** A person's ${words.one}. */
@Entity('${table}')
@Index('${table}_owner', ['owner_id', 'created_at', 'id'])
export class ${One} {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @ForeignKey('User', 'id', { name: '${table}_owner_fk', onDelete: 'CASCADE' })
  @TextColumn({ update: false })
  owner_id!: string;

  @TextColumn()
  title!: string;

  @InstantColumn({ update: false })
  created_at!: number;
}
`;

/** The migration. @param timestamp in epoch milliseconds, of its own */
export const migrationFile = ({ Many, table, words }: FeatureNames, timestamp: number): string => `\
import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { instant, text } from '../../../database/portable-columns';

/** Why: people keep ${words.many}. */
export class Create${Many}${timestamp} implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: '${table}',
        columns: [text('id', { isPrimary: true }), text('owner_id'), text('title'), instant('created_at')],
        indices: [{ name: '${table}_owner', columnNames: ['owner_id', 'created_at', 'id'] }],
        foreignKeys: [
          {
            name: '${table}_owner_fk',
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
    await runner.dropTable('${table}');
  }
}
`;

/** What is sent. */
export const dtoFile = ({ One, words }: FeatureNames): string => `\
import { IsString, Matches, MaxLength } from 'class-validator';
import { ApiProperty } from '../../../http/api-property.decorator';
import { PartialType } from '../../../http/partial-type';

/** What makes a new ${words.one}. */
export class New${One}Dto {
  @ApiProperty({ example: 'A title' })
  @IsString()
  @Matches(/\\S/, { message: 'title must not be blank' })
  @MaxLength(200)
  title!: string;
}

/** What is changed; what is left out stays. */
export class ${One}ChangeDto extends PartialType(New${One}Dto) {}
`;

/** What is answered. */
export const viewFile = ({ one, One, words }: FeatureNames): string => `\
import { ApiProperty } from '../../http/api-property.decorator';
import { instantOf } from '../../http/instant';
import type { ${One} } from './${one}.entity';

/** What the owner sees of a row of ${words.many}. */
export class ${One}View {
  @ApiProperty({ example: 'q2d0cX1yTzO4e7h3bWm9Yw' })
  id!: string;

  @ApiProperty({ example: 'A title' })
  title!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  createdAt!: string;
}

/** Shows a row. */
export function viewOf({ id, title, created_at }: ${One}): ${One}View {
  return { id, title, createdAt: instantOf(created_at) };
}
`;
