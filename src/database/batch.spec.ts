import { setTimeout as sleep } from 'node:timers/promises';
import { Batch, statementPieces, statementSize } from './batch';
import { DatabaseUnavailable } from './database-unavailable';

describe('Batch', () => {
  const limits = { size: 4, parallel: 1 };
  let groups: number[][];

  beforeEach(() => {
    groups = [];
  });

  const doubling = async (requests: readonly number[]) => {
    groups.push([...requests]);
    await sleep(5);
    return requests.map((request) => request * 2);
  };

  it('answers what arrives together together, each with its own answer, in groups of the largest size', async () => {
    const batch = new Batch(doubling, limits);
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((request) => batch.submit(request)));
    expect(answers).toEqual([2, 4, 6, 8, 10, 12]);
    expect(groups).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  it('gathers what arrives while others are answered', async () => {
    const batch = new Batch(doubling, limits);
    const first = batch.submit(1);
    await sleep(1);
    const rest = [batch.submit(2), batch.submit(3)];
    expect(await Promise.all([first, ...rest])).toEqual([2, 4, 6]);
    expect(groups).toEqual([[1], [2, 3]]);
  });

  it('answers no more groups at once than it may', async () => {
    let running = 0;
    let most = 0;
    const batch = new Batch(
      async (requests: readonly number[]) => {
        most = Math.max(most, ++running);
        await sleep(5);
        running--;
        return requests;
      },
      { size: 2, parallel: 2 },
    );
    await Promise.all(Array.from({ length: 20 }, (_, index) => batch.submit(index)));
    expect(most).toBe(2);
  });

  it('lets nobody suffer for another’s fault', async () => {
    const batch = new Batch(async (requests: readonly number[]) => {
      groups.push([...requests]);
      if (requests.includes(2)) throw new Error('not two');
      return requests;
    }, limits);
    const ends = await Promise.allSettled([1, 2, 3].map((request) => batch.submit(request)));
    expect(ends).toMatchObject([{ value: 1 }, { reason: new Error('not two') }, { value: 3 }]);
    expect(groups).toEqual([[1, 2, 3], [1], [2], [3]]);
    expect(await batch.submit(4)).toBe(4);
  });

  it('does not ask again for each where the database is away', async () => {
    const batch = new Batch(async (requests: readonly number[]): Promise<number[]> => {
      groups.push([...requests]);
      throw new DatabaseUnavailable('away');
    }, limits);
    const ends = await Promise.allSettled([1, 2, 3].map((request) => batch.submit(request)));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(groups).toEqual([[1, 2, 3]]);
  });

  it('prepares statements for powers of two', () => {
    expect([1, 2, 3, 4, 5, 8, 9].map(statementSize)).toEqual([1, 2, 4, 4, 8, 8, 16]);
  });
});

describe('rows in pieces', () => {
  it.each([
    [0, []],
    [7, [7]],
    [16, [16]],
    [39, [32, 7]],
    [100, [64, 32, 4]],
    [300, [128, 128, 32, 12]],
  ])('%d are of sizes that there are few of', (count, sizes) => {
    const rows = Array.from({ length: count }, (_, at) => at);
    const pieces = statementPieces(rows, 128);
    expect(pieces.map((piece) => piece.length)).toEqual(sizes);
    expect(pieces.flat()).toEqual(rows);
  });
});
