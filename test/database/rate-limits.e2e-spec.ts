import { RateLimits } from '../../src/rate-limit/rate-limits';
import { CoreNode } from '../support/core-node';
import { FakeClock } from '../support/fake-clock';

describe('RateLimits', () => {
  let clock: FakeClock;
  let node: CoreNode;
  let other: CoreNode;
  let limits: RateLimits;
  let otherLimits: RateLimits;
  let number = 0;

  beforeAll(async () => {
    clock = new FakeClock();
    node = await CoreNode.start({ clock });
    other = await CoreNode.start({ clock, database: node.open.database });
    limits = new RateLimits(node.open.unitOfWork, clock, node.sweeper);
    otherLimits = new RateLimits(other.open.unitOfWork, clock, other.sweeper);
  });

  afterAll(async () => {
    await other.stop();
    await node.drop();
  });

  const both = (points: number, lease = 1) => {
    const definition = { name: `limit-${++number}`, points, seconds: 60, lease };
    return [limits.define(definition), otherLimits.define(definition)] as const;
  };
  const allowed = (permissions: { allowed: boolean }[]) =>
    permissions.filter((permission) => permission.allowed).length;

  it.each([
    ['one point at a time', 1],
    ['five points at a time', 5],
    ['more points at a time than there are', 50],
  ])('lets exactly as many of 200 parallel requests through as it says, taking %s', async (_how, lease) => {
    const [limit] = both(37, lease);
    const permissions = await Promise.all(Array.from({ length: 200 }, async () => limit.consume('somebody')));
    expect(allowed(permissions)).toBe(37);
  });

  it('holds over two nodes', async () => {
    const nodes = both(37);
    const permissions = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => nodes[index % 2]!.consume('x')),
    );
    expect(allowed(permissions)).toBe(37);
  });

  it('never lets more through over two nodes that take leases, and no more is lost than a lease', async () => {
    const nodes = both(37, 5);
    const permissions = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => nodes[index % 2]!.consume('x')),
    );
    expect(allowed(permissions)).toBe(37);
    const [first, second] = both(10, 5);
    await first.consume('x');
    const rest = await Promise.all(Array.from({ length: 20 }, async () => second.consume('x')));
    expect(allowed(rest)).toBe(5);
  });

  it('counts keys, and limits of different names, apart', async () => {
    const [limit] = both(1);
    const [another] = both(1);
    expect(await limit.consume('a')).toEqual({ allowed: true });
    expect(await limit.consume('b')).toEqual({ allowed: true });
    expect(await another.consume('a')).toEqual({ allowed: true });
    expect(await limit.consume('a')).toMatchObject({ allowed: false });
  });

  it('says how long to wait, and that a refusal is the first one of its window', async () => {
    const [limit] = both(1);
    await limit.consume('x');
    clock.advance(17.5);
    expect(await limit.consume('x')).toEqual({ allowed: false, retryAfterSeconds: 43, first: true });
    expect(await limit.consume('x')).toEqual({ allowed: false, retryAfterSeconds: 43, first: false });
  });

  it('begins anew when the window ends, on both nodes', async () => {
    const [limit, same] = both(2);
    for (const each of [limit, same]) expect(await each.consume('x')).toEqual({ allowed: true });
    for (const each of [limit, same]) expect(await each.consume('x')).toMatchObject({ allowed: false });
    clock.advance(59);
    expect(await limit.consume('x')).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
    clock.advance(1);
    for (const each of [limit, same]) expect(await each.consume('x')).toEqual({ allowed: true });
    expect(await same.consume('x')).toMatchObject({ allowed: false, retryAfterSeconds: 60, first: true });
  });

  it('holds across a restart', async () => {
    const definition = { name: 'kept', points: 2, seconds: 60 };
    for (let time = 0; time < 3; time++) await limits.define(definition).consume('x');
    const restarted = await CoreNode.start({ clock, database: node.open.database });
    const limit = new RateLimits(restarted.open.unitOfWork, clock, restarted.sweeper).define(definition);
    expect(await limit.consume('x')).toMatchObject({ allowed: false });
    await restarted.stop();
  });

  it('does not count what was given back', async () => {
    const [limit] = both(3);
    for (let time = 0; time < 10; time++) {
      expect(await limit.consume('x')).toEqual({ allowed: true });
      limit.refund('x');
    }
    const permissions = await Promise.all(Array.from({ length: 10 }, async () => limit.consume('x')));
    expect(allowed(permissions)).toBe(3);
  });

  it('takes a point back after it has begun to refuse, and lets one more through', async () => {
    const [limit] = both(1);
    await limit.consume('x');
    expect(await limit.consume('x')).toMatchObject({ allowed: false });
    limit.refund('x');
    expect(await limit.consume('x')).toEqual({ allowed: true });
    expect(await limit.consume('x')).toMatchObject({ allowed: false });
  });

  it('takes back nothing for a key that it does not know', async () => {
    const [limit] = both(1);
    limit.refund('x');
    expect(await limit.consume('x')).toEqual({ allowed: true });
    expect(await limit.consume('x')).toMatchObject({ allowed: false });
  });

  it('keeps no address or name in the database, and sweeps counters whose window has ended', async () => {
    const [limit] = both(1);
    await limit.consume('192.0.2.7');
    const stored = JSON.stringify(await node.open.reader.query('SELECT * FROM rate_limits'));
    expect(stored).not.toContain('192.0.2.7');
    clock.advance(61);
    await node.sweeper.sweep();
    expect(await node.open.reader.query('SELECT * FROM rate_limits')).toEqual([]);
  });
});
