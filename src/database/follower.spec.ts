import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../logging/log';
import { Follower } from './follower';

describe('Follower', () => {
  let logged: string[];
  let follower: Follower;

  beforeEach(() => {
    logged = [];
    follower = new Follower(createLog('info', (line) => logged.push(line)));
  });

  afterEach(() => follower.onApplicationShutdown());

  it('looks before it starts, and again and again', async () => {
    let looks = 0;
    const followed = { name: 'things', every: 5, follow: async () => void looks++ };
    await follower.start(followed);
    expect(looks).toBe(1);
    await sleep(60);
    expect(looks).toBeGreaterThan(3);
  });

  it('does not start when the first look fails', async () => {
    const follow = jest.fn().mockRejectedValue(new Error('away'));
    await expect(follower.start({ name: 'things', every: 5, follow })).rejects.toThrow('away');
    await sleep(30);
    expect(follow).toHaveBeenCalledTimes(1);
  });

  it('goes on after failures, of which it logs the first, and their end', async () => {
    let looks = 0;
    const follow = async () => {
      looks++;
      if (looks > 1 && looks < 5) throw new Error('away');
    };
    await follower.start({ name: 'things', every: 5, follow });
    await sleep(150);
    expect(looks).toBeGreaterThan(6);
    expect(logged).toHaveLength(2);
    expect(logged[0]).toMatch(/cannot be followed.*/);
    expect(logged[0]).toContain('things');
    expect(logged[1]).toMatch(/followed again/);
  });

  it('never looks twice at once', async () => {
    let running = 0;
    let most = 0;
    const follow = async () => {
      most = Math.max(most, ++running);
      await sleep(20);
      running--;
    };
    await follower.start({ name: 'things', every: 1, follow });
    await sleep(80);
    expect(most).toBe(1);
  });

  it('stops with the application, even while it looks', async () => {
    let looks = 0;
    await follower.start({
      name: 'things',
      every: 1,
      follow: async () => {
        looks++;
        await sleep(10);
      },
    });
    await sleep(5);
    follower.onApplicationShutdown();
    const seen = looks;
    await sleep(40);
    expect(looks).toBeLessThanOrEqual(seen);
  });
});
