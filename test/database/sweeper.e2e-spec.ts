import { Sweeper } from '../../src/database/sweeper';
import { createLog } from '../../src/logging/log';
import { FakeClock } from '../support/fake-clock';
import { openTestDatabase, type OpenTestDatabase } from '../support/open-test-database';

describe('Sweeper', () => {
  let open: OpenTestDatabase;
  let clock: FakeClock;
  let sweeper: Sweeper;
  let logged: string[];

  beforeAll(async () => {
    open = await openTestDatabase();
  });

  afterAll(() => open.drop());

  beforeEach(() => {
    clock = new FakeClock();
    logged = [];
    sweeper = new Sweeper(
      open.unitOfWork,
      clock,
      createLog('info', (line) => logged.push(line)),
    );
  });

  const limits = { table: 'rate_limits', primaryKey: 'key' };
  const missing = { table: 'no_such_table', primaryKey: 'id' };

  /** Adds counters, the first of which expires a millisecond from now, and each other one a millisecond later. */
  async function add(count: number, prefix = 'k'): Promise<void> {
    const values = Array.from({ length: count }, (_, index) => `('${prefix}${index}', 0, ${clock.now() + index + 1})`);
    await open.unitOfWork.run((transaction) =>
      transaction.change(`INSERT INTO rate_limits (key, points, expires_at) VALUES ${values.join()}`),
    );
  }
  const left = async () => (await open.reader.query('SELECT key FROM rate_limits')).length;

  it('deletes what has expired and nothing else', async () => {
    await add(10);
    sweeper.register(limits);
    expect(await sweeper.sweep()).toBe(0);
    clock.advance(0.005);
    expect(await sweeper.sweep()).toBe(4); // a row is good up to and including its last millisecond
    expect(await left()).toBe(6);
    clock.advance(1);
    expect(await sweeper.sweep()).toBe(6);
  });

  it('deletes no more than 500 rows in one unit of work', async () => {
    await add(1_234);
    clock.advance(10);
    sweeper.register(limits);
    const works = jest.spyOn(open.unitOfWork, 'run');
    expect(await sweeper.sweep()).toBe(1_234);
    const batches = await Promise.all(works.mock.results.map(({ value }) => value as Promise<number>));
    works.mockRestore();
    expect(batches).toEqual([500, 500, 234]);
    expect(await left()).toBe(0);
  });

  it('leaves rows without an expiry alone', async () => {
    const insert = `INSERT INTO signing_keys (kid, alg, state, public_jwk, private_jwk_sealed, created_at, expires_at)
      VALUES ('eternal', 'x', 'active', 'x', 'x', 0, NULL), ('ended', 'x', 'retiring', 'x', 'x', 0, 1)`;
    await open.unitOfWork.run((transaction) => transaction.change(insert));
    sweeper.register({ table: 'signing_keys', primaryKey: 'kid' });
    expect(await sweeper.sweep()).toBe(1);
    expect(await open.reader.query('SELECT kid FROM signing_keys')).toEqual([{ kid: 'eternal' }]);
  });

  it('sweeps the other tables when one fails, and tells of it at the end', async () => {
    await add(3);
    clock.advance(10);
    sweeper.register(missing);
    sweeper.register(limits);
    sweeper.register({ ...missing, table: 'neither_this' });
    const sweep = sweeper.sweep();
    await expect(sweep).rejects.toThrow(AggregateError);
    await expect(sweep).rejects.toMatchObject({ errors: [expect.anything(), expect.anything()] });
    expect(await left()).toBe(0);
  });

  it('logs a sweep that fails by itself, and does not throw', async () => {
    sweeper.register(missing);
    await expect(sweeper.sweepNow()).resolves.toBeUndefined();
    expect(logged.join()).toMatch(/not swept/);
    await sweeper.sweepNow();
    expect(logged).toHaveLength(2);
  });

  it('runs one sweep at a time on a node, and two nodes do not hinder each other', async () => {
    await add(900);
    clock.advance(10);
    sweeper.register(limits);
    const other = await openTestDatabase(open.database);
    const second = new Sweeper(other.unitOfWork, clock, createLog('silent'));
    second.register(limits);
    const works = jest.spyOn(open.unitOfWork, 'run');
    await Promise.all([sweeper.sweepNow(), sweeper.sweepNow(), second.sweepNow()]);
    expect(works.mock.calls.length).toBeLessThanOrEqual(2);
    works.mockRestore();
    await sweeper.sweep();
    expect(await left()).toBe(0);
    await other.close();
  });
});
