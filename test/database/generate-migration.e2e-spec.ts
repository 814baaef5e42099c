import { transformSync } from '@swc/core';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Column, DataSource, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { writerOptions } from '../../src/database/data-source-options';
import { type Class, discoverEntities, discoverMigrations } from '../../src/database/discovery';
import { generateMigration } from '../../src/database/generate-migration';
import { migrate, revertLast } from '../../src/database/migrate';
import { migrationSource } from '../../src/database/migration-source';
import { InstantColumn, IntegerColumn, SequenceColumn, TextColumn } from '../../src/database/portable-columns';
import { schemaChanges } from '../../src/database/schema-changes';
import { ServerSecret as RealSecret } from '../../src/encryption/server-secret.entity';
import { FakeClock } from '../support/fake-clock';
import { testSettings } from '../support/open-test-database';
import { createSqliteFile, createTestDatabase, type TestDatabase } from '../support/test-database';

abstract class KnownSecret {
  @PrimaryColumn({ type: 'text' })
  name!: string;

  @TextColumn()
  value_sealed!: string;

  @InstantColumn()
  created_at!: number;
}

function extendedEntities(): Class[] {
  @Entity('server_secrets')
  @Index('server_secrets_colour', ['colour', 'created_at'], { unique: true })
  class ServerSecret extends KnownSecret {
    @TextColumn({ nullable: true })
    colour!: string | null;

    @TextColumn({ default: 'brand new' })
    label!: string;

    @IntegerColumn({ default: 7 })
    rank!: number;

    @ForeignKey('User', 'id', { name: 'server_secrets_owner_fk', onDelete: 'CASCADE' })
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
  return [...discoverEntities().filter((entity) => entity !== RealSecret), ServerSecret, Lid, Box];
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
      ['server_secrets', false],
      ['boxes', true],
      ['lids', true],
    ]);
    const source = migrationSource('Extend1899000000000', '../../src/database/portable-columns', tables);
    const migrations = [...discoverMigrations(), compiled(source)];

    const target = await createTestDatabase();
    await using(target, { entities, migrations }, async (dataSource) => {
      expect(await migrate(dataSource)).toContain('Extend1899000000000');
      expect(await differences(dataSource)).toEqual([]);
      await dataSource.query(`INSERT INTO server_secrets (name, value_sealed, created_at) VALUES ('a', 'b', 1)`);
      const [secret] = await dataSource.query('SELECT colour, label, rank FROM server_secrets');
      expect(secret).toEqual({ colour: null, label: 'brand new', rank: expect.anything() });
      expect(Number(secret.rank)).toBe(7);
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
      `await runner.addColumn('server_secrets', new TableColumn(text('colour', { isNullable: true })));`,
    );
  });

  it('says what is to be written by hand, and does not pretend to express it', async () => {
    @Entity('server_secrets')
    class ServerSecret {
      @PrimaryColumn({ type: 'text' })
      name!: string;

      @TextColumn({ nullable: true })
      value_sealed!: string | null;

      @TextColumn()
      required!: string;

      @Column({ type: 'datetime', nullable: true })
      when!: string;

      @Column({ type: 'text', nullable: true, unique: true })
      alone!: string;
    }
    const entities = [
      ...discoverEntities().filter((entity) => entity !== RealSecret && entity.name !== 'Note'),
      ServerSecret,
    ];
    const { byHand } = await changesFor(entities);
    expect(byHand).toEqual([
      'The column when of server_secrets has the type datetime: use one of the portable columns.',
      expect.stringMatching(/^The constraint \S+ of server_secrets is not portable: /),
      'The column created_at of server_secrets is not in its entity any more.',
      'The column value_sealed of server_secrets has another type, default or nullability than its entity says.',
      'The column required of server_secrets is required: give it a default, or fill it in before it becomes required.',
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
