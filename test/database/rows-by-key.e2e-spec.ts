import { RowsByKey } from '../../src/database/rows-by-key';
import { CoreNode } from '../support/core-node';

interface Pair {
  readonly owner: string;
  readonly thing: string;
  readonly count: number;
}

describe('rows that are found by their key', () => {
  let node: CoreNode;
  let query: jest.SpyInstance;
  let byOwner: RowsByKey<Pair>;
  let byPair: RowsByKey<Pair>;

  const add = (owner: string, thing: string, count: number) =>
    node.open.unitOfWork.run((transaction) =>
      transaction.change('INSERT INTO pairs (owner, thing, count) VALUES (?, ?, ?)', [owner, thing, count]),
    );

  beforeAll(async () => {
    node = await CoreNode.start();
    await node.open.unitOfWork.run((transaction) =>
      transaction.change('CREATE TABLE pairs (owner varchar NOT NULL, thing varchar NOT NULL, count integer NOT NULL)'),
    );
    const { reader } = node.open;
    query = jest.spyOn(reader, 'query');
    byOwner = new RowsByKey(reader, 'SELECT * FROM pairs WHERE owner IN KEYS ORDER BY count', ({ owner }) => [owner]);
    byPair = new RowsByKey(reader, 'SELECT * FROM pairs WHERE (owner, thing) IN KEYS', ({ owner, thing }) => [
      owner,
      thing,
    ]);
    for (const [index, owner] of ['ann', 'bob', 'bob'].entries()) await add(owner, `thing ${index}`, index);
    await add('bob thing', '1', 3);
  });

  beforeEach(() => query.mockClear());

  afterAll(() => node.drop());

  it('are all of that key, and none of another', async () => {
    expect(await byOwner.find('bob')).toEqual([
      { owner: 'bob', thing: 'thing 1', count: 1 },
      { owner: 'bob', thing: 'thing 2', count: 2 },
    ]);
    expect(await byOwner.find('nobody')).toEqual([]);
  });

  it('are read by one statement for all that are asked for together, each answer for its own question', async () => {
    const owners = ['bob', 'nobody', 'ann', 'bob', 'ANN'];
    const found = await Promise.all(owners.map((owner) => byOwner.find(owner)));
    expect(found.map((rows) => rows.map(({ count }) => count))).toEqual([[1, 2], [], [0], [1, 2], []]);
    expect(query).toHaveBeenCalledTimes(1);
  });

  it('are found by several columns, whose borders count', async () => {
    const keys = [
      ['bob', 'thing 1'],
      ['bob thing', '1'],
      ['bob', 'thing 0'],
      ['ann', 'thing 0'],
    ] as const;
    const found = await Promise.all(keys.map((key) => byPair.find(...key)));
    expect(found.map((rows) => rows.map(({ count }) => count))).toEqual([[1], [3], [], [0]]);
    expect(query).toHaveBeenCalledTimes(1);
    expect(await byPair.find('ann', 'thing 0')).toHaveLength(1);
  });

  it('are found by a table of the keys, each key once', async () => {
    const known = new RowsByKey<Omit<Pair, 'count'>>(
      node.open.reader,
      'SELECT column1 AS owner, column2 AS thing FROM KEYS WHERE EXISTS (SELECT 1 FROM pairs WHERE owner = column1 AND thing = column2)',
      ({ owner, thing }) => [owner, thing],
    );
    const keys = [
      ['bob', 'thing 1'],
      ['bob', 'thing 0'],
      ['bob', 'thing 1'],
    ] as const;
    const found = await Promise.all(keys.map((key) => known.find(...key)));
    const bob = { owner: 'bob', thing: 'thing 1' };
    expect(found).toEqual([[bob], [], [bob]]);
    expect(query).toHaveBeenCalledTimes(1);
  });

  it('are found for more questions than one statement holds', async () => {
    const owners = Array.from({ length: 150 }, (_, index) => ['ann', 'bob', `nobody ${index}`][index % 3]!);
    const found = await Promise.all(owners.map((owner) => byOwner.find(owner)));
    expect(found.map(({ length }) => length)).toEqual(owners.map((_, index) => [1, 2, 0][index % 3]));
  });

  it('are those that a unit of work sees, where there is one', async () => {
    const found = await node.open.unitOfWork.run(async (transaction) => {
      await transaction.change('INSERT INTO pairs (owner, thing, count) VALUES (?, ?, ?)', ['eve', 'new', 7]);
      return byPair.findIn(transaction, 'eve', 'new');
    });
    expect(found).toEqual([{ owner: 'eve', thing: 'new', count: 7 }]);
    expect(query).not.toHaveBeenCalled();
  });

  it('are refused to each who asked when the statement fails', async () => {
    query.mockRejectedValueOnce(new Error('lost')).mockRejectedValueOnce(new Error('lost again'));
    const asked = await Promise.allSettled([byOwner.find('ann'), byOwner.find('bob')]);
    // Asked again one by one: the second failure hits one of them only.
    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
