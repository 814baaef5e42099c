import { createLog } from '../logging/log';
import { Follower } from './follower';

describe('Follower', () => {
  let logged: string[];
  let follower: Follower;
  const apply = () => undefined;
  const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);
  const takes = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

  beforeEach(() => {
    jest.useFakeTimers();
    logged = [];
    follower = new Follower(createLog('info', (line) => logged.push(line)));
  });

  afterEach(() => {
    follower.onApplicationShutdown();
    jest.useRealTimers();
  });

  it('looks before it starts, and again and again', async () => {
    let looks = 0;
    const taken: number[] = [];
    await follower.start({ name: 'things', every: 5, read: async () => ++looks, apply: (look) => taken.push(look) });
    expect(taken).toEqual([1]);
    await pass(60);
    expect(taken.slice(0, 4)).toEqual([1, 2, 3, 4]);
  });

  it('does not start when the first look fails', async () => {
    const read = jest.fn().mockRejectedValue(new Error('away'));
    await expect(follower.start({ name: 'things', every: 5, read, apply })).rejects.toThrow('away');
    await pass(30);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('goes on after failures, of which it logs the first, and their end', async () => {
    let looks = 0;
    const read = async () => {
      looks++;
      if (looks > 1 && looks < 5) throw new Error('away');
    };
    await follower.start({ name: 'things', every: 5, read, apply });
    await pass(150);
    expect(looks).toBeGreaterThan(6);
    expect(logged).toHaveLength(2);
    expect(logged[0]).toMatch(/cannot be followed.*/);
    expect(logged[0]).toContain('things');
    expect(logged[1]).toMatch(/followed again/);
  });

  it('waits for a look that takes its time, but not for ever', async () => {
    let looks = 0;
    const read = async () => {
      if (++looks === 2) await takes(200);
      if (looks === 4) await new Promise(() => undefined);
      return looks;
    };
    const taken: number[] = [];
    await follower.start({ name: 'things', every: 5, read, apply: (look) => taken.push(look) });
    await pass(150);
    expect(looks).toBe(2);
    await pass(250);
    expect(looks).toBe(4);
    await pass(600);
    expect(looks).toBeGreaterThan(5);
    expect(taken).not.toContain(4);
  });

  it('does not take the answer to an earlier look after that to a later one', async () => {
    let looks = 0;
    let late: (() => void) | undefined;
    const read = async () => {
      const look = ++looks;
      if (look === 2) await new Promise<void>((resolve) => (late = resolve));
      return look;
    };
    const taken: number[] = [];
    await follower.start({ name: 'things', every: 5, read, apply: (look) => taken.push(look) });
    await pass(700);
    late?.();
    await pass(50);
    expect(taken.length).toBeGreaterThan(3);
    expect(taken).not.toContain(2);
  });

  it('asks no more questions than a few while none is answered', async () => {
    let looks = 0;
    const read = () => (++looks === 1 ? Promise.resolve() : new Promise<void>(() => undefined));
    await follower.start({ name: 'things', every: 1, read, apply });
    await pass(3_000);
    expect(looks).toBe(5);
  });

  it('stops with the application, even while it looks', async () => {
    let looks = 0;
    await follower.start({
      name: 'things',
      every: 1,
      read: async () => {
        if (++looks > 1) await takes(10);
      },
      apply,
    });
    await pass(5);
    follower.onApplicationShutdown();
    const seen = looks;
    await pass(40);
    expect(looks).toBeLessThanOrEqual(seen);
  });
});
