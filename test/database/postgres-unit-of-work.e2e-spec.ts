import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DatabaseUnavailable } from '../../src/database/database-unavailable';
import type { Transaction } from '../../src/database/transaction';
import { openTestDatabase, type OpenTestDatabase, testSettings } from '../support/open-test-database';
import { onPostgres } from '../support/test-database';

describe('the database of the tests', () => {
  it('is the one that the environment asks for', async () => {
    const open = await openTestDatabase();
    expect(testSettings(open.database.url).database.kind).toBe(onPostgres ? 'postgres' : 'sqlite');
    await open.drop();
  });
});

if (onPostgres) {
  describe('UnitOfWork on PostgreSQL', () => {
    let open: OpenTestDatabase;
    let stranger: Client;

    beforeAll(async () => {
      open = await openTestDatabase();
      stranger = new Client({ connectionString: open.database.url });
      await stranger.connect();
      await stranger.query('CREATE TABLE things (id text PRIMARY KEY, points bigint NOT NULL DEFAULT 0)');
    });

    afterAll(async () => {
      await stranger.end();
      await open.drop();
    });

    beforeEach(() => stranger.query(`TRUNCATE things; INSERT INTO things VALUES ('a', 0), ('b', 0)`));

    const add = (transaction: Transaction, id: string) =>
      transaction.change('UPDATE things SET points = points + 1 WHERE id = ?', [id]);
    const points = () => open.reader.query('SELECT id, points FROM things ORDER BY id');
    const ownBackends = `pid <> pg_backend_pid() AND datname = current_database()`;

    it('runs a work again that was the victim of a deadlock', async () => {
      let runs = 0;
      const work = (first: string, second: string) =>
        open.unitOfWork.run(async (transaction) => {
          runs++;
          await add(transaction, first);
          await sleep(50);
          await add(transaction, second);
        });
      await Promise.all([work('a', 'b'), work('b', 'a')]);
      expect(runs).toBeGreaterThan(2);
      expect(await points()).toEqual([
        { id: 'a', points: 2 },
        { id: 'b', points: 2 },
      ]);
    });

    it('calls back once for a work that was run again', async () => {
      const called: number[] = [];
      let runs = 0;
      await open.unitOfWork.run(async (transaction) => {
        const run = ++runs;
        transaction.afterCommit(() => called.push(run));
        await add(transaction, 'a');
        if (run < 3) throw Object.assign(new Error('could not serialize'), { code: '40001' });
      });
      expect(called).toEqual([3]);
      expect(await points()).toMatchObject([{ points: 1 }, { points: 0 }]);
    });

    it('says that the database is unavailable when a conflict does not go away', async () => {
      const work = open.unitOfWork.run(() =>
        Promise.reject(Object.assign(new Error('could not serialize'), { code: '40001' })),
      );
      await expect(work).rejects.toThrow(DatabaseUnavailable);
    });

    it('says so when its connection is lost, writes nothing, and recovers', async () => {
      const work = open.unitOfWork.run(async (transaction) => {
        await add(transaction, 'a');
        const [backend] = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await stranger.query('SELECT pg_terminate_backend($1)', [backend!.pid]);
        await sleep(50);
        await add(transaction, 'b');
      });
      await expect(work).rejects.toThrow(DatabaseUnavailable);
      await open.unitOfWork.run((transaction) => add(transaction, 'b'));
      expect(await points()).toMatchObject([{ points: 0 }, { points: 1 }]);
    });

    it('recovers when every connection is lost at once', async () => {
      await Promise.all(Array.from({ length: 10 }, () => open.reader.query('SELECT pg_sleep(0.02)')));
      await stranger.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${ownBackends}`);
      await sleep(50);
      await open.unitOfWork.run((transaction) => add(transaction, 'a'));
      expect(await points()).toMatchObject([{ points: 1 }, { points: 0 }]);
    });

    it('leaves no connection inside a transaction after 200 works that fail', async () => {
      const failing = Array.from({ length: 200 }, (_, index) =>
        open.unitOfWork.run(async (transaction) => {
          await add(transaction, index % 2 === 0 ? 'a' : 'b');
          if (index % 3 === 0) await transaction.change('SELECT nothing FROM nowhere');
          if (index % 3 === 1) await transaction.manager.query('SELECT nothing FROM nowhere');
          throw new Error('fails');
        }),
      );
      const ends = await Promise.allSettled(failing);
      expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
      const { rows } = await stranger.query<{ open: string; idle: string }>(
        `SELECT count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS open, count(*) AS idle
         FROM pg_stat_activity WHERE ${ownBackends} AND backend_type = 'client backend'`,
      );
      expect(Number(rows[0]!.open)).toBe(0);
      expect(Number(rows[0]!.idle)).toBeLessThanOrEqual(10);
      await open.unitOfWork.run((transaction) => add(transaction, 'a'));
      expect(await points()).toMatchObject([{ points: 1 }, { points: 0 }]);
    });

    it('rejects a work that swallowed the error of a statement, which PostgreSQL rolls back in silence', async () => {
      const called: string[] = [];
      const work = open.unitOfWork.run(async (transaction) => {
        transaction.afterCommit(() => called.push('committed'));
        await add(transaction, 'a');
        await transaction.change('SELECT nothing FROM nowhere').catch(() => undefined);
      });
      await expect(work).rejects.toThrow(/not let through/);
      expect(called).toEqual([]);
      expect(await points()).toMatchObject([{ points: 0 }, { points: 0 }]);
    });

    it('goes on when a newer version adds a column to a table that it reads', async () => {
      const sql = 'SELECT * FROM things WHERE id = ?';
      const read = () => open.reader.query(sql, ['a']);
      const work = () => open.unitOfWork.run((transaction) => transaction.query(sql, ['a']));
      await Promise.all(Array.from({ length: 10 }, read));
      await work();
      await stranger.query('ALTER TABLE things ADD COLUMN colour text');
      const seen = await Promise.all([...Array.from({ length: 10 }, read), work(), work()]);
      expect(seen.flat()).toEqual(Array.from({ length: 12 }, () => ({ id: 'a', points: 0, colour: null })));
      await stranger.query('ALTER TABLE things DROP COLUMN colour');
      await expect(work()).resolves.toEqual([{ id: 'a', points: 0 }]);
      await expect(read()).resolves.toEqual([{ id: 'a', points: 0 }]);
    });

    it('ends a statement that waits for a lock too long, and keeps the connection', async () => {
      await stranger.query('BEGIN');
      await stranger.query(`UPDATE things SET points = 7 WHERE id = 'a'`);
      const work = open.unitOfWork.run((transaction) => add(transaction, 'a'));
      await expect(work).rejects.toMatchObject({ name: 'Error', cause: { code: '57014' } });
      const { rows } = await stranger.query<{ waiting: string }>(
        `SELECT count(*) AS waiting FROM pg_stat_activity WHERE ${ownBackends} AND wait_event_type = 'Lock'`,
      );
      expect(Number(rows[0]!.waiting)).toBe(0);
      await stranger.query('COMMIT');
    });

    it('tells of a server that has no connection to spare within a few seconds', async () => {
      const works = Array.from({ length: 11 }, (_, index) =>
        open.unitOfWork.run(async (transaction) => {
          await transaction.query('SELECT 1');
          await sleep(2_500);
          return index;
        }),
      );
      const ends = await Promise.allSettled(works);
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
      expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: expect.any(DatabaseUnavailable),
      });
    });
  });
}
