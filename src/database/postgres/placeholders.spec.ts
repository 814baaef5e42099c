import { isOutdatedPlan, postgresStatement } from './placeholders';

describe('statements for PostgreSQL', () => {
  it('number their placeholders', () => {
    expect(postgresStatement('SELECT * FROM t WHERE a = ? AND b IN (?, ?)').text).toBe(
      'SELECT * FROM t WHERE a = $1 AND b IN ($2, $3)',
    );
    expect(postgresStatement('SELECT 1').text).toBe('SELECT 1');
  });

  it('keep a question mark inside a quoted text', () => {
    expect(postgresStatement(`SELECT '?', 'it''s ? so', ? FROM t WHERE a = '?' AND b = ?`).text).toBe(
      `SELECT '?', 'it''s ? so', $1 FROM t WHERE a = '?' AND b = $2`,
    );
  });

  it('keep their name, which no other statement has', () => {
    const statement = postgresStatement('SELECT 2');
    expect(postgresStatement('SELECT 2')).toBe(statement);
    expect(postgresStatement('SELECT 3').name).not.toBe(statement.name);
  });

  it('get new names when a plan has become outdated, by whatever language the server speaks', () => {
    const before = postgresStatement('SELECT 4');
    expect(isOutdatedPlan(Object.assign(new Error('x'), { code: '0A000', routine: 'transformX' }))).toBe(false);
    expect(isOutdatedPlan(null)).toBe(false);
    expect(postgresStatement('SELECT 4')).toBe(before);
    expect(isOutdatedPlan(Object.assign(new Error('x'), { code: '0A000', routine: 'RevalidateCachedQuery' }))).toBe(
      true,
    );
    expect(postgresStatement('SELECT 4').text).toBe(before.text);
    expect(postgresStatement('SELECT 4').name).not.toBe(before.name);
  });
});
