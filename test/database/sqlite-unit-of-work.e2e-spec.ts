import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from 'sqlite3';
import type { DataSource } from 'typeorm';
import { DatabaseUnavailable } from '../../src/database/database-unavailable';
import type { Transaction } from '../../src/database/transaction';
import {
  openTestDatabase,
  type OpenTestDatabase,
  ownUnitOfWork,
  type OwnUnitOfWork,
} from '../support/open-test-database';
import { createSqliteFile } from '../support/test-database';

/** Long enough for the driver to tell of a statement that it has answered, in milliseconds. */
const TOLD = 20;

describe('UnitOfWork on SQLite', () => {
  let open: OpenTestDatabase;
  let own: OwnUnitOfWork;
  let file: string;

  beforeAll(async () => {
    open = await openTestDatabase(await createSqliteFile());
    file = open.database.url.slice('sqlite:'.length);
    await open.unitOfWork.run((transaction) =>
      transaction.change('CREATE TABLE things (id text PRIMARY KEY, bulk text)'),
    );
    own = await ownUnitOfWork(open.database);
  });

  afterAll(async () => {
    await own.close();
    await open.drop();
  });

  beforeEach(() => open.unitOfWork.run((transaction) => transaction.change('DELETE FROM things')));

  const add = (transaction: Transaction, id: string, bulk = '') =>
    transaction.change('INSERT INTO things (id, bulk) VALUES (?, ?)', [id, bulk]);
  const stored = async () =>
    (await open.reader.query<{ id: string }>('SELECT id FROM things ORDER BY id')).map(({ id }) => id);
  const connectionOf = (dataSource: DataSource) =>
    (dataSource.driver as unknown as { databaseConnection: Database }).databaseConnection;
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${String(index).padStart(4, '0')}`);

  async function traced(work: () => Promise<unknown>): Promise<string[]> {
    const statements: string[] = [];
    const note = (sql: string) => statements.push(sql);
    connectionOf(own.dataSource).on('trace', note);
    await work();
    await sleep(TOLD); // what a statement was is told after it has been answered
    connectionOf(own.dataSource).removeListener('trace', note);
    return statements;
  }

  it('commits the works of one moment together, at most 128 at once', async () => {
    const statements = await traced(() =>
      Promise.all(ids(300).map((id) => own.unitOfWork.run((transaction) => add(transaction, id)))),
    );
    expect(statements.filter((sql) => sql.startsWith('BEGIN'))).toHaveLength(3);
    expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(3);
    expect(await stored()).toHaveLength(300);
  });

  it('adds what the works of one moment append by one statement for sixteen rows, and none of a work that failed', async () => {
    const append = (id: string, fails = false) =>
      own.unitOfWork.run(async (transaction) => {
        transaction.append('INSERT INTO things (id)', [id]);
        if (fails) throw new Error('fails');
      });
    const statements = await traced(() =>
      Promise.allSettled([...ids(20).map((id) => append(id)), append('failed', true)]),
    );
    expect(statements.filter((sql) => sql.startsWith('INSERT'))).toHaveLength(2);
    expect(await stored()).toEqual(ids(20));
  });

  it('takes no savepoint for a work without company', async () => {
    const statements = await traced(() => own.unitOfWork.run((transaction) => add(transaction, 'a')));
    expect(statements).toEqual(['BEGIN IMMEDIATE', `INSERT INTO things (id, bulk) VALUES ('a', '')`, 'COMMIT']);
  });

  it('takes savepoints, and runs works again, only beside one that failed after it had changed something', async () => {
    const group = (failing: (transaction: Transaction) => Promise<unknown>) =>
      traced(async () => {
        const bad = own.unitOfWork.run(async (transaction) => {
          await failing(transaction);
          throw new Error('fails');
        });
        const good = own.unitOfWork.run((transaction) => add(transaction, 'good'));
        await Promise.allSettled([bad, good]);
        await own.unitOfWork.run((transaction) => transaction.change(`DELETE FROM things WHERE id = 'good'`));
      });
    const savepoints = (statements: string[]) => statements.filter((sql) => sql.startsWith('SAVEPOINT')).length;
    expect(savepoints(await group((transaction) => transaction.query('SELECT id FROM things')))).toBe(0);
    expect(savepoints(await group((transaction) => transaction.change('DELETE FROM things')))).toBe(0);
    expect(savepoints(await group((transaction) => add(transaction, 'bad')))).toBe(1);
  });

  it.each<[string, (transaction: Transaction) => Promise<unknown>]>([
    ['a change with RETURNING', ({ query }) => query(`INSERT INTO things (id) VALUES ('bad') RETURNING id`)],
    ['a change in query()', ({ query }) => query(`INSERT INTO things (id) VALUES ('bad')`)],
    [
      'a change behind WITH',
      ({ query }) => query(`WITH x AS (SELECT 'bad' AS id) INSERT INTO things (id) SELECT id FROM x`),
    ],
    ['a change after white space', ({ change }) => change(`  INSERT INTO things (id) VALUES ('bad')`)],
    ['a new table', ({ change }) => change('CREATE TABLE bad (id text)')],
    ['TypeORM', ({ manager }) => manager.query(`INSERT INTO things (id) VALUES ('bad')`)],
  ])('undoes what a work that fails has changed by %s', async (_by, changing) => {
    const bad = own.unitOfWork.run(async (transaction) => {
      await changing({
        query: transaction.query.bind(transaction),
        change: transaction.change.bind(transaction),
        get manager() {
          return transaction.manager;
        },
      } as Transaction);
      throw new Error('fails');
    });
    const good = own.unitOfWork.run((transaction) => add(transaction, 'good'));
    expect((await Promise.allSettled([bad, good])).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await stored()).toEqual(['good']);
    await expect(open.reader.query('SELECT * FROM bad')).rejects.toThrow(/no such table/);
  });

  it('rejects every work of a group whose commit fails, and commits the next group', async () => {
    const poison = own.unitOfWork.run(async (transaction) => {
      await transaction.change('PRAGMA defer_foreign_keys = ON');
      await transaction.change(
        `INSERT INTO password_credentials (user_id, hash, changed_at) VALUES ('nobody', 'x', 0)`,
      );
    });
    const others = ids(3).map((id) => own.unitOfWork.run((transaction) => add(transaction, id)));
    const ends = await Promise.allSettled([poison, ...others]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected']);
    await own.unitOfWork.run((transaction) => add(transaction, 'next'));
    expect(await stored()).toEqual(['next']);
  });

  it('fulfils only once another connection sees the row, on the disk', async () => {
    const stranger = new Database(file);
    const seen = (id: string) =>
      new Promise<boolean>((resolve, reject) =>
        stranger.get('SELECT 1 FROM things WHERE id = ?', [id], (error, row) =>
          error ? reject(error) : resolve(row !== undefined),
        ),
      );
    const before: boolean[] = [];
    await Promise.all(
      ids(5).map(async (id) => {
        await open.unitOfWork.run(async (transaction) => {
          await add(transaction, id);
          before.push(await seen(id));
        });
        expect(await seen(id)).toBe(true);
      }),
    );
    expect(before).toEqual([false, false, false, false, false]);
    await open.unitOfWork.run(async (transaction) => {
      expect(await transaction.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
      expect(await transaction.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
      expect(await transaction.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    });
    await new Promise((resolve) => stranger.close(resolve));
  });

  it('RAC-11: another process that holds the write lock for a while only delays', async () => {
    const child = spawn(process.execPath, [join(__dirname, '../support/processes/hold-write-lock.cjs'), file, '700']);
    await once(child.stdout, 'data');
    const began = performance.now();
    await Promise.all(ids(20).map((id) => open.unitOfWork.run((transaction) => add(transaction, id))));
    expect(performance.now() - began).toBeGreaterThan(400);
    expect(await stored()).toHaveLength(20);
  });

  it('RAC-11: a write lock held for longer than the time to wait is told as unavailable, and passes', async () => {
    await own.dataSource.query('PRAGMA busy_timeout = 50');
    const stranger = new Database(file);
    await new Promise((resolve) => stranger.exec('BEGIN IMMEDIATE', resolve));
    const refused = own.unitOfWork.run((transaction) => add(transaction, 'refused'));
    await expect(refused).rejects.toThrow(DatabaseUnavailable);
    await new Promise((resolve) => stranger.exec('COMMIT', resolve));
    await own.unitOfWork.run((transaction) => add(transaction, 'accepted'));
    await new Promise((resolve) => stranger.close(resolve));
    expect(await stored()).toEqual(['accepted']);
  });

  it('keeps a statement that nobody awaited inside the work that asked for it', async () => {
    const careless = own.unitOfWork.run(async (transaction) => {
      void add(transaction, 'stray');
      void transaction.manager.query(`INSERT INTO things (id) VALUES ('stray too')`);
      throw new Error('gives up');
    });
    const good = own.unitOfWork.run((transaction) => add(transaction, 'good'));
    expect((await Promise.allSettled([careless, good])).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await stored()).toEqual(['good']);
  });

  it('runs statements that are asked for together in their order', async () => {
    await own.unitOfWork.run((transaction) =>
      Promise.all([
        add(transaction, 'a', '0'),
        ...ids(50).map((_, index) =>
          transaction.change(`UPDATE things SET bulk = '${index + 1}' WHERE id = 'a' AND bulk = '${index}'`),
        ),
      ]),
    );
    expect(await open.reader.query('SELECT bulk FROM things')).toEqual([{ bulk: '50' }]);
  });

  it('refuses RETURNING in change(), which would keep the whole group from being committed', async () => {
    const wrong = own.unitOfWork.run((transaction) =>
      transaction.change(`INSERT INTO things (id) VALUES ('a'), ('b') RETURNING id`),
    );
    const good = own.unitOfWork.run((transaction) => add(transaction, 'good'));
    await expect(wrong).rejects.toThrow(/query\(\)/);
    await good;
    expect(await stored()).toEqual(['good']);
  });

  it('tells the truth about every work when the disk is full, even to one that swallows the error', async () => {
    const [{ page_count: pages }] = await own.dataSource.query<[{ page_count: number }]>('PRAGMA page_count');
    await own.dataSource.query(`PRAGMA max_page_count = ${pages + 20}`);
    const names = ['a', 'big', 'c'];
    const works = names.map((id) =>
      own.unitOfWork.run(async (transaction) => {
        if (id === 'big') await add(transaction, 'bulk', 'x'.repeat(1_000_000)).catch(() => undefined);
        await add(transaction, id);
      }),
    );
    const ends = await Promise.allSettled(works);
    await own.dataSource.query('PRAGMA max_page_count = 1073741823');
    expect(await stored()).toEqual(names.filter((_, index) => ends[index]!.status === 'fulfilled'));
    expect(ends[1]!.status).toBe('rejected');
    await own.unitOfWork.run((transaction) => add(transaction, 'after'));
  });
});

describe('Reader on SQLite', () => {
  let open: OpenTestDatabase;

  beforeAll(async () => {
    open = await openTestDatabase(await createSqliteFile());
  });

  afterAll(() => open.drop());

  it('cannot write, neither by SQL nor through TypeORM', async () => {
    await expect(open.reader.query('DELETE FROM clients')).rejects.toMatchObject({
      cause: { code: 'SQLITE_READONLY' },
    });
    await expect(open.reader.manager.query('DELETE FROM clients')).rejects.toThrow(/readonly/);
    await expect(open.reader.manager.query('CREATE TABLE more (id text)')).rejects.toThrow(/readonly/);
    expect(await open.reader.query('SELECT id FROM clients')).toEqual([{ id: 'first-party' }]);
  });

  it('tells of a statement that does not compile, each time', async () => {
    await expect(open.reader.query('SELECT FROM FROM')).rejects.toThrow(/syntax error/);
    await expect(open.reader.query('SELECT FROM FROM')).rejects.toThrow(/syntax error/);
  });

  it('answers the same statement to many at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => open.reader.query('SELECT ? AS value', [index])),
    );
    expect(answers).toEqual(Array.from({ length: 100 }, (_, index) => [{ value: index }]));
  });

  it('is unavailable once the database is closed', async () => {
    const second = await openTestDatabase(open.database);
    await second.reader.query('SELECT 1');
    await second.close();
    await expect(second.reader.query('SELECT 1')).rejects.toThrow(DatabaseUnavailable);
    await expect(second.reader.query('SELECT 2')).rejects.toThrow(DatabaseUnavailable);
  });
});
