import { transformSync } from '@swc/core';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Column, DataSource, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Client as RealClient } from '../../src/clients/client.entity';
import { writerOptions } from '../../src/database/data-source-options';
import { type Class, discoverEntities, discoverMigrations } from '../../src/database/discovery';
import { generateMigration } from '../../src/database/generate-migration';
import { migrate, revertLast } from '../../src/database/migrate';
import { migrationSource } from '../../src/database/migration-source';
import { InstantColumn, IntegerColumn, SequenceColumn, TextColumn } from '../../src/database/portable-columns';
import { schemaChanges } from '../../src/database/schema-changes';
import { FakeClock } from '../support/fake-clock';
import { testSettings } from '../support/open-test-database';
import { createSqliteFile, createTestDatabase, type TestDatabase } from '../support/test-database';

abstract class KnownClient {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @TextColumn()
  name!: string;

  @IntegerColumn()
  first_party!: number;

  @InstantColumn()
  created_at!: number;

  @InstantColumn({ nullable: true })
  disabled_at!: number | null;
}

function extendedEntities(): Class[] {
  @Entity('clients')
  @Index('clients_colour', ['colour', 'created_at'], { unique: true })
  class Client extends KnownClient {
    @TextColumn({ nullable: true })
    colour!: string | null;

    @TextColumn({ default: 'brand new' })
    label!: string;

    @IntegerColumn({ default: 7 })
    rank!: number;

    @ForeignKey('User', 'id', { name: 'clients_owner_fk', onDelete: 'CASCADE' })
    @TextColumn({ nullable: true })
    owner_id!: string | null;
  }

  @Entity('lids')
  class Lid {
    @SequenceColumn()
    seq!: number;

    @ForeignKey('Box', 'id', { name: 'lids_box_fk', onDelete: 'CASCADE' })
    @TextColumn()
    box_id!: string;
  }

  @Entity('boxes')
  class Box {
    @PrimaryColumn({ type: 'text' })
    id!: string;

    @Index('boxes_expiry')
    @InstantColumn({ nullable: true })
    expires_at!: number | null;
  }
  return [...discoverEntities().filter((entity) => entity !== RealClient), Client, Lid, Box];
}

describe('generating a migration', () => {
  let scratch: TestDatabase;

  beforeEach(async () => {
    scratch = await createSqliteFile();
  });

  afterEach(() => scratch.drop());

  async function using<Result>(
    database: TestDatabase,
    changes: { entities?: Class[]; migrations?: Class[] },
    work: (dataSource: DataSource) => Promise<Result>,
  ): Promise<Result> {
    const options = { ...writerOptions(testSettings(database.url).database), ...changes } as never;
    const dataSource = await new DataSource(options).initialize();
    return work(dataSource).finally(() => dataSource.destroy());
  }

  const changesFor = (entities: Class[]) =>
    using(scratch, { entities }, async (dataSource) => {
      await migrate(dataSource);
      return schemaChanges(dataSource);
    });

  function compiled(source: string): Class {
    const { code } = transformSync(source, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    const exported: Record<string, Class> = {};
    // eslint-disable-next-line no-new-func, @typescript-eslint/no-implied-eval -- runs what was generated, as it would be loaded
    new Function('require', 'exports', code)(require, exported);
    return Object.values(exported)[0]!;
  }

  const differences = async (source: DataSource) =>
    (await source.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);

  it('finds nothing to do: the migrations make what the entities say', async () => {
    const sourceRoot = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
    const result = await generateMigration('AddNothing', { sourceRoot, clock: new FakeClock() });
    expect(result).toEqual({ file: null, byHand: [] });
    expect(await readdir(sourceRoot)).toEqual([]);
    await rm(sourceRoot, { recursive: true });
  });

  it('writes one that makes the new tables, columns, indices and foreign keys, and takes them back', async () => {
    const entities = extendedEntities();
    const { tables, byHand } = await changesFor(entities);
    expect(byHand).toEqual([]);
    expect(tables.map(({ name, isNew }) => [name, isNew])).toEqual([
      ['clients', false],
      ['boxes', true],
      ['lids', true],
    ]);
    const source = migrationSource('Extend1899000000000', '../../src/database/portable-columns', tables);
    const migrations = [...discoverMigrations(), compiled(source)];

    const target = await createTestDatabase();
    await using(target, { entities, migrations }, async (dataSource) => {
      expect(await migrate(dataSource)).toContain('Extend1899000000000');
      expect(await differences(dataSource)).toEqual([]);
      const [client] = await dataSource.query('SELECT colour, label, rank FROM clients');
      expect(client).toEqual({ colour: null, label: 'brand new', rank: 7 });
      expect(await revertLast(dataSource)).toBe('Extend1899000000000');
    });
    await using(target, {}, async (dataSource) => expect(await differences(dataSource)).toEqual([]));
    await target.drop();
  });

  it('asks in the written file for a sentence on why it is needed', async () => {
    const { tables } = await changesFor(extendedEntities());
    const source = migrationSource('Extend1899000000000', '../portable-columns', tables);
    expect(source).toContain('/** Why: … */\nexport class Extend1899000000000 implements MigrationInterface {');
    expect(source).toContain(`import { instant, integer, sequence, text } from '../portable-columns';`);
    expect(source).toContain(
      `await runner.addColumn('clients', new TableColumn(text('colour', { isNullable: true })));`,
    );
  });

  it('says what is to be written by hand, and does not pretend to express it', async () => {
    @Entity('clients')
    class Client {
      @PrimaryColumn({ type: 'text' })
      id!: string;

      @TextColumn({ nullable: true })
      name!: string | null;

      @IntegerColumn()
      first_party!: number;

      @InstantColumn()
      created_at!: number;

      @TextColumn()
      required!: string;

      @Column({ type: 'datetime', nullable: true })
      when!: string;

      @Column({ type: 'text', nullable: true, unique: true })
      alone!: string;
    }
    const entities = [
      ...discoverEntities().filter((entity) => entity !== RealClient && entity.name !== 'Note'),
      Client,
    ];
    const { byHand } = await changesFor(entities);
    expect(byHand).toEqual([
      'The column when of clients has the type datetime: use one of the portable columns.',
      expect.stringMatching(/^The constraint \S+ of clients is not portable: /),
      'The column disabled_at of clients is not in its entity any more.',
      'The column name of clients has another type, default or nullability than its entity says.',
      'The column required of clients is required: give it a default, or fill it in before it becomes required.',
      'The table notes has no entity any more.',
    ]);
  });

  it.each(['', 'lower', 'With Space', '../Escape', 'Ends1'])('refuses the name "%s"', async (name) => {
    const generating = generateMigration(name, { sourceRoot: tmpdir(), clock: new FakeClock() });
    await expect(generating).rejects.toThrow(/^Name the migration in PascalCase/);
  });

  it('refuses a folder outside of the sources', async () => {
    const generating = generateMigration('AddThing', { folder: '../x', sourceRoot: tmpdir(), clock: new FakeClock() });
    await expect(generating).rejects.toThrow(/is not one of src/);
  });
});
