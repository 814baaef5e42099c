import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { isUniqueViolation } from '../../src/database/database-unavailable';
import { type Transaction, TransactionEnded, WorkTooLong } from '../../src/database/transaction';
import { ServerSecret } from '../../src/encryption/server-secret.entity';
import { openTestDatabase, type OpenTestDatabase, ownUnitOfWork } from '../support/open-test-database';

describe('UnitOfWork', () => {
  let open: OpenTestDatabase;

  beforeAll(async () => {
    open = await openTestDatabase();
    await open.unitOfWork.run(async (transaction) => {
      await transaction.change('CREATE TABLE parents (id text PRIMARY KEY)');
      await transaction.change(
        'CREATE TABLE children (id text PRIMARY KEY, parent text REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)',
      );
    });
  });

  afterAll(() => open.drop());

  beforeEach(() => open.unitOfWork.run((transaction) => transaction.change('DELETE FROM parents')));

  const insert = (transaction: Transaction, id: string) =>
    transaction.change('INSERT INTO parents (id) VALUES (?)', [id]);
  const stored = async () =>
    (await open.reader.query<{ id: string }>('SELECT id FROM parents ORDER BY id')).map(({ id }) => id);
  const secret = (name: string) => ({ name, value_sealed: name, created_at: 1 });
  const outcomes = async (works: Promise<unknown>[]) => (await Promise.allSettled(works)).map(({ status }) => status);

  it('gives back what the work returns and keeps what it wrote', async () => {
    await expect(open.unitOfWork.run(async (transaction) => insert(transaction, 'a'))).resolves.toBe(1);
    expect(await stored()).toEqual(['a']);
  });

  it('tells how many rows a statement changed and reads back what was written', async () => {
    await open.unitOfWork.run(async (transaction) => {
      await transaction.change('INSERT INTO parents (id) VALUES (?), (?)', ['a', 'b']);
      await expect(transaction.query('SELECT id FROM parents WHERE id = ?', ['a'])).resolves.toEqual([{ id: 'a' }]);
      await expect(transaction.change('DELETE FROM parents')).resolves.toBe(2);
      await expect(transaction.change('DELETE FROM parents')).resolves.toBe(0);
    });
  });

  it.each<[string, (transaction: Transaction) => Promise<unknown>]>([
    ['before its first write', async () => Promise.reject(new Error('no'))],
    [
      'after its first write',
      async (transaction) => {
        await insert(transaction, 'bad');
        throw new Error('no');
      },
    ],
    [
      'by a statement that breaks a constraint',
      async (transaction) => {
        await insert(transaction, 'bad');
        await insert(transaction, 'bad');
      },
    ],
    [
      'by a statement that does not compile',
      (transaction) => transaction.change('INSERT INTO nowhere (id) VALUES (1)'),
    ],
    [
      'after saving through TypeORM',
      async (transaction) => {
        await transaction.manager.save(ServerSecret, secret('bad'));
        throw new Error('no');
      },
    ],
    [
      'by a TypeORM statement',
      async (transaction) => {
        await insert(transaction, 'bad');
        await transaction.manager.query('INSERT INTO nowhere (id) VALUES (1)');
      },
    ],
    [
      'by throwing before it returns a promise',
      () => {
        throw new Error('no');
      },
    ],
  ])('loses nothing of overlapping works when one fails %s', async (_how, failing) => {
    const good = (id: string) => open.unitOfWork.run((transaction) => insert(transaction, id));
    const ends = await outcomes([good('a'), good('b'), open.unitOfWork.run(failing), good('c'), good('d')]);
    expect(ends).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await stored()).toEqual(['a', 'b', 'c', 'd']);
    expect(await open.reader.query(`SELECT name FROM server_secrets WHERE name = 'bad'`)).toEqual([]);
  });

  it('rolls back a work that fails alone', async () => {
    const work = open.unitOfWork.run(async (transaction) => {
      await insert(transaction, 'a');
      throw new Error('the reason');
    });
    await expect(work).rejects.toThrow('the reason');
    expect(await stored()).toEqual([]);
  });

  it('lets the error of a broken unique index through, recognisable', async () => {
    const twice = open.unitOfWork.run(async (transaction) => {
      await insert(transaction, 'a');
      await insert(transaction, 'a');
    });
    await expect(twice.catch((error: unknown) => isUniqueViolation(error))).resolves.toBe(true);
  });

  it('rejects a work whose commit fails, and commits the next one', async () => {
    const orphan = open.unitOfWork.run((transaction) =>
      transaction.change(`INSERT INTO children (id, parent) VALUES ('x', 'nobody')`),
    );
    await expect(orphan).rejects.toThrow(/foreign key/i);
    await open.unitOfWork.run((transaction) => insert(transaction, 'a'));
    expect(await stored()).toEqual(['a']);
    expect(await open.reader.query('SELECT id FROM children')).toEqual([]);
  });

  describe('what is written without waiting', () => {
    const write = (transaction: Transaction, id: string) =>
      transaction.write('INSERT INTO parents (id) VALUES (?)', [id]);

    it.each([1, 2, 5])('is committed with the work, also where it is all that the work does: %d', async (count) => {
      const ids = Array.from({ length: count }, (_, index) => `w${index}`);
      await open.unitOfWork.run(async (transaction) => ids.forEach((id) => write(transaction, id)));
      expect(await stored()).toEqual(ids);
    });

    it('has happened before the statement that comes next, TypeORM too', async () => {
      await open.unitOfWork.run(async (transaction) => {
        write(transaction, 'a');
        write(transaction, 'b');
        await expect(transaction.change(`DELETE FROM parents WHERE id = 'a'`)).resolves.toBe(1);
        write(transaction, 'c');
        await expect(transaction.manager.query('SELECT id FROM parents ORDER BY id')).resolves.toEqual([
          { id: 'b' },
          { id: 'c' },
        ]);
        write(transaction, 'd');
      });
      expect(await stored()).toEqual(['b', 'c', 'd']);
    });

    it.each<[string, (transaction: Transaction) => Promise<unknown>]>([
      ['alone', async (transaction) => write(transaction, 'there')],
      ['the last of several', async (transaction) => ['x', 'y', 'there'].forEach((id) => write(transaction, id))],
      ['the first of several', async (transaction) => ['there', 'x', 'y'].forEach((id) => write(transaction, id))],
      [
        'before a statement whose answer is waited for',
        async (transaction) => {
          write(transaction, 'there');
          await insert(transaction, 'x');
        },
      ],
      [
        'after one',
        async (transaction) => {
          await insert(transaction, 'x');
          write(transaction, 'there');
        },
      ],
    ])('fails the whole work and no other where it fails: %s', async (_where, failing) => {
      await open.unitOfWork.run((transaction) => insert(transaction, 'there'));
      const good = (id: string) => open.unitOfWork.run(async (transaction) => write(transaction, id));
      const called: string[] = [];
      const bad = open.unitOfWork.run(async (transaction) => {
        transaction.afterCommit(() => called.push('committed'));
        await failing(transaction);
      });
      const works = [good('a'), bad, good('b')];
      expect(await outcomes(works)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      await expect(bad.catch((error: unknown) => isUniqueViolation(error))).resolves.toBe(true);
      expect(await stored()).toEqual(['a', 'b', 'there']);
      expect(called).toEqual([]);
    });

    it('is gone with a work that fails for another reason', async () => {
      const work = open.unitOfWork.run(async (transaction) => {
        write(transaction, 'a');
        throw new Error('the reason');
      });
      await expect(work).rejects.toThrow('the reason');
      expect(await stored()).toEqual([]);
    });

    it('is refused once the work has ended', async () => {
      let kept: Transaction | undefined;
      await open.unitOfWork.run(async (transaction) => {
        kept = transaction;
      });
      expect(() => write(kept!, 'late')).toThrow(TransactionEnded);
      expect(await stored()).toEqual([]);
    });
  });

  describe('what is appended', () => {
    const PARENTS = 'INSERT INTO parents (id)';

    it.each([1, 2, 40])('is committed with the work, also where it is all that the work does: %d', async (count) => {
      const ids = Array.from({ length: count }, (_, index) => `a${String(index).padStart(2, '0')}`);
      await open.unitOfWork.run(async (transaction) => ids.forEach((id) => transaction.append(PARENTS, [id])));
      expect(await stored()).toEqual(ids);
    });

    it('comes after all that the work has done, table by table', async () => {
      await open.unitOfWork.run(async (transaction) => {
        transaction.append(PARENTS, ['a']);
        transaction.append('INSERT INTO children (id, parent)', ['c', 'b']);
        await expect(transaction.query('SELECT id FROM parents')).resolves.toEqual([]);
        await insert(transaction, 'b');
        transaction.append('INSERT INTO children (id, parent)', ['d', 'a']);
      });
      expect(await stored()).toEqual(['a', 'b']);
      const children = await open.reader.query('SELECT id, parent FROM children ORDER BY id');
      await open.unitOfWork.run((transaction) => transaction.change('DELETE FROM children'));
      expect(children).toEqual([
        { id: 'c', parent: 'b' },
        { id: 'd', parent: 'a' },
      ]);
    });

    it('is gone with a work that fails, beside works that are committed', async () => {
      const work = (id: string, fails: boolean) =>
        open.unitOfWork.run(async (transaction) => {
          transaction.append(PARENTS, [id]);
          if (fails) throw new Error('the reason');
        });
      expect(await outcomes([work('a', false), work('b', true), work('c', false)])).toEqual([
        ...['fulfilled', 'rejected', 'fulfilled'],
      ]);
      expect(await stored()).toEqual(['a', 'c']);
    });

    it('is refused once the work has ended', async () => {
      let kept: Transaction | undefined;
      await open.unitOfWork.run(async (transaction) => {
        kept = transaction;
      });
      expect(() => kept!.append(PARENTS, ['late'])).toThrow(TransactionEnded);
      expect(await stored()).toEqual([]);
    });
  });

  it('shows a reader nothing before the commit', async () => {
    await open.unitOfWork.run(async (transaction) => {
      await insert(transaction, 'a');
      expect(await stored()).toEqual([]);
    });
    expect(await stored()).toEqual(['a']);
  });

  it('calls back after the commit and before the promise fulfils', async () => {
    const events: string[] = [];
    await open.unitOfWork.run(async (transaction) => {
      transaction.afterCommit(() => events.push('committed'));
      await insert(transaction, 'a');
      events.push('done');
    });
    events.push('fulfilled');
    expect(events).toEqual(['done', 'committed', 'fulfilled']);
  });

  it('never calls back what was rolled back, beside works that are committed', async () => {
    const called: string[] = [];
    const work = (name: string, sql: string) =>
      open.unitOfWork.run(async (transaction) => {
        transaction.afterCommit(() => called.push(name));
        await transaction.change(sql);
      });
    const good = work('good', `INSERT INTO parents (id) VALUES ('a')`);
    const bad = work('bad', `INSERT INTO parents (id) VALUES ('b'), ('b')`);
    expect(await outcomes([good, bad])).toEqual(['fulfilled', 'rejected']);
    const unfit = work('unfit', `INSERT INTO children (id, parent) VALUES ('x', 'nobody')`);
    expect(await outcomes([unfit])).toEqual(['rejected']);
    expect(called).toEqual(['good']);
  });

  it('refuses every use of a transaction that has ended', async () => {
    let kept: Transaction | undefined;
    let manager: EntityManager | undefined;
    await open.unitOfWork.run(async (transaction) => {
      kept = transaction;
      manager = transaction.manager;
    });
    await expect(kept!.query('SELECT 1')).rejects.toThrow(TransactionEnded);
    await expect(insert(kept!, 'late')).rejects.toThrow(TransactionEnded);
    await expect(kept!.lock('late')).rejects.toThrow(TransactionEnded);
    expect(() => kept!.manager).toThrow(TransactionEnded);
    expect(() => kept!.afterCommit(() => undefined)).toThrow(TransactionEnded);
    await expect(manager!.query('SELECT 1')).rejects.toThrow(TransactionEnded);
    await expect(manager!.save(ServerSecret, secret('late'))).rejects.toThrow(TransactionEnded);
  });

  it('keeps what TypeORM writes, and what its nested transactions do and undo', async () => {
    await open.unitOfWork.run(async ({ manager }) => {
      await manager.save(ServerSecret, secret('outer'));
      await manager.transaction((nested) => nested.save(ServerSecret, secret('nested')));
      const undone = manager.transaction(async (nested) => {
        await nested.save(ServerSecret, secret('undone'));
        throw new Error('undo');
      });
      await expect(undone).rejects.toThrow('undo');
      const broken = manager.transaction((nested) => nested.insert(ServerSecret, secret('outer')));
      await expect(broken.catch(isUniqueViolation)).resolves.toBe(true);
      await manager.save(ServerSecret, secret('after'));
    });
    const rows = await open.reader.manager.find(ServerSecret);
    expect(rows.map(({ name }) => name).sort()).toEqual(['after', 'nested', 'outer']);
  });

  it('commits 500 works that are asked for at once', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `id-${index}`);
    await Promise.all(ids.map((id) => open.unitOfWork.run((transaction) => insert(transaction, id))));
    expect(await stored()).toEqual(ids.sort());
  });

  it('lets works that ask for the same lock take turns', async () => {
    const events: string[] = [];
    const work = (name: string) =>
      open.unitOfWork.run(async (transaction) => {
        await transaction.lock('the only one');
        events.push(name);
        await sleep(10);
        events.push(name);
      });
    await Promise.all([work('a'), work('b'), work('c')]);
    expect(events.filter((_, index) => index % 2 === 0)).toEqual(events.filter((_, index) => index % 2 === 1));
  });

  it('rolls back a work that takes too long, refuses what it still tries, and goes on with the others', async () => {
    const own = await ownUnitOfWork(open.database, 150);
    let late: Promise<unknown> | undefined;
    const slow = own.unitOfWork.run(async (transaction) => {
      await insert(transaction, 'slow');
      late = sleep(300).then(() => insert(transaction, 'late'));
      await late;
    });
    const quick = own.unitOfWork.run((transaction) => insert(transaction, 'quick'));
    expect(await Promise.allSettled([slow, quick])).toMatchObject([
      { status: 'rejected', reason: expect.any(WorkTooLong) },
      { status: 'fulfilled' },
    ]);
    await expect(late).rejects.toThrow(TransactionEnded);
    expect(await stored()).toEqual(['quick']);
    await own.close();
  });

  it('finishes what is queued when it closes, and takes no more', async () => {
    const own = await ownUnitOfWork(open.database);
    const queued = ['a', 'b', 'c'].map((id) => own.unitOfWork.run((transaction) => insert(transaction, id)));
    await own.close();
    await Promise.all(queued);
    expect(await stored()).toEqual(['a', 'b', 'c']);
    await expect(own.unitOfWork.run((transaction) => insert(transaction, 'd'))).rejects.toThrow(/not available/);
  });
});
