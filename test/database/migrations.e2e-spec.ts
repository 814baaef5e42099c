import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Column,
  DataSource,
  Entity,
  type MigrationInterface,
  PrimaryColumn,
  type QueryRunner,
  TableColumn,
} from 'typeorm';
import { writerOptions } from '../../src/database/data-source-options';
import { type Class, discoverEntities, discoverMigrations } from '../../src/database/discovery';
import { listMigrations, migrate, revertLast } from '../../src/database/migrate';
import { connectWriter } from '../../src/database/open-database';
import { InstantColumn, text, TextColumn } from '../../src/database/portable-columns';
import { ServerSecret as RealSecret } from '../../src/encryption/server-secret.entity';
import { testSettings } from '../support/open-test-database';
import { createTestDatabase, onPostgres, type TestDatabase } from '../support/test-database';

const migrationNames = discoverMigrations().map(({ name }) => name);

describe('migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createTestDatabase();
    dataSource = await connectWriter(testSettings(database.url).database);
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  async function withChanged(
    changes: { entities?: Class[]; migrations?: Class[] },
    work: (changed: DataSource) => Promise<void>,
  ): Promise<void> {
    const options = { ...writerOptions(testSettings(database.url).database), ...changes } as never;
    const changed = await new DataSource(options).initialize();
    await work(changed).finally(() => changed.destroy());
  }

  const differences = async (source: DataSource) =>
    (await source.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);

  it('run once, in the order of their instants', async () => {
    expect(await listMigrations(dataSource)).toEqual(migrationNames.map((name) => ({ name, executed: false })));
    expect(await migrate(dataSource)).toEqual(migrationNames);
    expect(await migrate(dataSource)).toEqual([]);
    expect(await listMigrations(dataSource)).toEqual(migrationNames.map((name) => ({ name, executed: true })));
  });

  it('make exactly the schema of the entities', async () => {
    await migrate(dataSource);
    expect(dataSource.entityMetadatas.map(({ tableName }) => tableName)).toEqual(
      expect.arrayContaining(['users', 'sessions', 'token_families', 'signing_keys']),
    );
    expect(await differences(dataSource)).toEqual([]);
  });

  it('are found wanting as soon as an entity has a column more', async () => {
    @Entity('server_secrets')
    class ServerSecret {
      @PrimaryColumn({ type: 'text' })
      name!: string;

      @TextColumn()
      value_sealed!: string;

      @InstantColumn()
      created_at!: number;

      @Column({ type: 'text', nullable: true })
      colour!: string | null;
    }
    await migrate(dataSource);
    const entities = [...discoverEntities().filter((entity) => entity !== RealSecret), ServerSecret];
    await withChanged({ entities }, async (changed) => {
      expect((await differences(changed)).join()).toContain('colour');
    });
  });

  it('are taken back one by one until nothing is left, and run again', async () => {
    await migrate(dataSource);
    for (const name of [...migrationNames].reverse()) expect(await revertLast(dataSource)).toBe(name);
    expect(await revertLast(dataSource)).toBeNull();
    const tables: { name: string }[] = await dataSource.query(
      onPostgres
        ? `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`
        : `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
    );
    expect(tables).toEqual([{ name: 'migrations' }]);
    expect(await migrate(dataSource)).toEqual(migrationNames);
  });

  it('never delete the children of a table that they change, forth or back', async () => {
    class AddColour1895000000000 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        await runner.addColumn('users', new TableColumn(text('colour', { isNullable: true })));
      }

      async down(runner: QueryRunner): Promise<void> {
        await runner.dropColumn('users', 'colour');
      }
    }
    await migrate(dataSource);
    await dataSource.query(
      `INSERT INTO users (id, username, username_canonical, username_skeleton, email, email_canonical, roles, created_at, updated_at)
       VALUES ('u', 'u', 'u', 'u', 'u@example.com', 'u@example.com', '', 1, 1)`,
    );
    await dataSource.query(`INSERT INTO password_credentials (user_id, hash, changed_at) VALUES ('u', 'h', 1)`);
    const children = () => dataSource.query('SELECT user_id FROM password_credentials');
    await withChanged({ migrations: [...discoverMigrations(), AddColour1895000000000] }, async (changed) => {
      expect(await migrate(changed)).toEqual(['AddColour1895000000000']);
      expect(await dataSource.query('SELECT id, colour FROM users')).toEqual([{ id: 'u', colour: null }]);
      expect(await children()).toEqual([{ user_id: 'u' }]);
      expect(await revertLast(changed)).toBe('AddColour1895000000000');
      expect(await children()).toEqual([{ user_id: 'u' }]);
    });
    expect(await differences(dataSource)).toEqual([]);
  });

  it('leave everything as it was when one of them fails', async () => {
    class Fails1895000000000 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        await runner.dropTable('rate_limits');
        await runner.query('SELECT 1 FROM nowhere');
      }

      async down(): Promise<void> {}
    }
    await migrate(dataSource);
    await withChanged({ migrations: [...discoverMigrations(), Fails1895000000000] }, async (changed) => {
      await expect(migrate(changed)).rejects.toThrow(/nowhere/);
    });
    expect(await dataSource.query('SELECT * FROM rate_limits')).toEqual([]);
    expect(await migrate(dataSource)).toEqual([]);
  });

  it('are refused by a version older than the one that ran them', async () => {
    await migrate(dataSource);
    await dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (1999000000000, 'Future1999000000000')`);
    await expect(migrate(dataSource)).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(/^The database was migrated by a newer version .*"Future1999000000000".*\.$/),
    });
  });

  it('run once when two nodes start at the same moment on an empty database', async () => {
    const empty = await createTestDatabase();
    const hook = join(__dirname, '../support/processes/typescript-hook.cjs');
    const script = join(__dirname, '../support/processes/open-and-close.cjs');
    const nodes = [1, 2].map(() => spawn(process.execPath, ['-r', hook, script, empty.url]));
    await Promise.all(nodes.map((node) => once(node.stdout, 'data')));
    const reports = await Promise.all(nodes.map(goOn));
    expect(reports.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(reports.flatMap(({ ran }) => ran)).toEqual(migrationNames);
    await empty.drop();
  });

  async function goOn(node: ChildProcessWithoutNullStreams): Promise<{ ran?: string[]; error?: string }> {
    let output = '';
    node.stdout.on('data', (chunk) => (output += String(chunk)));
    node.stderr.on('data', (chunk) => (output += String(chunk)));
    node.stdin.write('go\n');
    await once(node, 'close');
    return JSON.parse(output);
  }

  it('say in a sentence why they are there', () => {
    const sources = readdirSync(join(__dirname, '../../src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /migrations\/[^/]+\.ts$/.test(path))
      .map((path) => readFileSync(join(__dirname, '../../src', path), 'utf8'));
    expect(sources).toHaveLength(migrationNames.length);
    for (const source of sources) expect(source).toMatch(/\/\*\* Why: [^…]{10,}\. \*\/\nexport class/);
  });

  it('use no type that only one of the databases has', async () => {
    await migrate(dataSource);
    const runner = dataSource.createQueryRunner();
    const tables = await runner.getTables(dataSource.entityMetadatas.map(({ tableName }) => tableName));
    await runner.release();
    const types = new Set(tables.flatMap(({ columns }) => columns.map(({ type }) => type)));
    expect([...types].sort()).toEqual(onPostgres ? ['bigint', 'text'] : ['bigint', 'integer', 'text']);
  });

  it('give every table with an expiry an index on it', async () => {
    const expiring = dataSource.entityMetadatas.filter(({ columns }) =>
      columns.some(({ databaseName }) => databaseName === 'expires_at'),
    );
    const indexed = expiring.filter(({ indices }) =>
      indices.some(({ columns }) => columns[0]?.databaseName === 'expires_at'),
    );
    expect(indexed.map(({ tableName }) => tableName)).toEqual(expiring.map(({ tableName }) => tableName));
    expect(expiring.length).toBeGreaterThan(3);
  });
});
