import { places, rowPlaces, sizedStatement } from './sized-statement';

describe('a statement over several rows', () => {
  it('has one text for each number of them, which is made once', () => {
    const build = jest.fn((rows: number) => `DELETE FROM a WHERE (x, y) IN (VALUES ${rowPlaces(rows, 2)})`);
    const statement = sizedStatement(build);
    expect([statement(2), statement(1), statement(2)]).toEqual([
      'DELETE FROM a WHERE (x, y) IN (VALUES (?, ?), (?, ?))',
      'DELETE FROM a WHERE (x, y) IN (VALUES (?, ?))',
      'DELETE FROM a WHERE (x, y) IN (VALUES (?, ?), (?, ?))',
    ]);
    expect(build.mock.calls).toEqual([[2], [1]]);
  });

  it('has a placeholder for each value', () => {
    expect([places(1), places(3)]).toEqual(['?', '?, ?, ?']);
  });
});
