import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { BoundedQueue, QueueFull } from './bounded-queue';

/** A job that ends when it is told to. */
function aJob() {
  let finish = (): void => undefined;
  const done = new Promise<void>((resolve) => (finish = resolve));
  const job = jest.fn(() => done);
  return { job, finish };
}

describe('the bounded queue', () => {
  it('gives the result or the error of a job', async () => {
    const queue = new BoundedQueue({ concurrency: 1, capacity: 0 });
    await expect(queue.run(() => Promise.resolve(42))).resolves.toBe(42);
    await expect(queue.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('runs as many jobs at once as it may, and counts the running and the waiting', async () => {
    const queue = new BoundedQueue({ concurrency: 2, capacity: 5 });
    const jobs = [aJob(), aJob(), aJob()] as const;
    const all = jobs.map(({ job }) => queue.run(job));
    await nextTurn();
    expect(jobs.map(({ job }) => job.mock.calls.length)).toEqual([1, 1, 0]);
    expect([queue.running, queue.waiting]).toEqual([2, 1]);
    jobs[1].finish();
    await nextTurn();
    expect(jobs[2].job).toHaveBeenCalledTimes(1);
    expect([queue.running, queue.waiting]).toEqual([2, 0]);
    for (const { finish } of jobs) finish();
    await Promise.all(all);
    expect([queue.running, queue.waiting]).toEqual([0, 0]);
  });

  it('runs the jobs in the order of their arrival, and lets no newcomer slip in', async () => {
    const queue = new BoundedQueue({ concurrency: 1, capacity: 5 });
    const order: number[] = [];
    const note = (number: number) => () => Promise.resolve(void order.push(number));
    const late: Promise<void>[] = [];
    const first = queue.run(async () => {
      await nextTurn();
      order.push(1);
    });
    const second = queue.run(note(2));
    const third = first.then(() => late.push(queue.run(note(4))));
    await Promise.all([first, second, third, queue.run(note(3))]);
    await Promise.all(late);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('AUT-10 turns a job away when as many wait as may, without beginning it', async () => {
    const queue = new BoundedQueue({ concurrency: 1, capacity: 1 });
    const running = aJob();
    const waiting = aJob();
    const refused = aJob();
    const accepted = [queue.run(running.job), queue.run(waiting.job)];
    await expect(queue.run(refused.job)).rejects.toThrow(QueueFull);
    running.finish();
    waiting.finish();
    await Promise.all(accepted);
    expect(refused.job).not.toHaveBeenCalled();
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
  ])('gives the place of a job that %s to the next', async (_how, broken: () => Promise<never>) => {
    const queue = new BoundedQueue({ concurrency: 1, capacity: 1 });
    const failing = queue.run(broken);
    const next = queue.run(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('broken');
    await expect(next).resolves.toBe('next');
    expect(queue.running).toBe(0);
  });

  it.each([
    { concurrency: 0, capacity: 1 },
    { concurrency: 1.5, capacity: 1 },
    { concurrency: 1, capacity: -1 },
    { concurrency: 1, capacity: Number.NaN },
  ])('refuses %p', (options) => {
    expect(() => new BoundedQueue(options)).toThrow(RangeError);
  });

  it('never runs more than it may, begins in order, and ends empty', async () => {
    const turns = fc.array(fc.nat({ max: 3 }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 1, max: 4 }), async (lengths, concurrency) => {
        const queue = new BoundedQueue({ concurrency, capacity: lengths.length });
        const begun: number[] = [];
        let most = 0;
        await Promise.all(
          lengths.map((length, index) =>
            queue.run(async () => {
              begun.push(index);
              most = Math.max(most, queue.running);
              for (let turn = 0; turn < length; turn += 1) await nextTurn();
            }),
          ),
        );
        expect(begun).toEqual(lengths.map((_, index) => index));
        expect(most).toBeLessThanOrEqual(concurrency);
        expect([queue.running, queue.waiting]).toEqual([0, 0]);
      }),
      { numRuns: 30 },
    );
  });
});
