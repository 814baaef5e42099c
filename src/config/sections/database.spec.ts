import { loadSettings } from '../load-settings';
import type { DatabaseSettings } from '../settings';

const databaseOf = (url: string): DatabaseSettings => loadSettings({ DATABASE_URL: url }).database;

describe('DATABASE_URL', () => {
  it.each([
    ['sqlite:data/gatehouse.sqlite', 'data/gatehouse.sqlite'],
    ['sqlite:/var/lib/gatehouse.sqlite', '/var/lib/gatehouse.sqlite'],
    ['sqlite:./with space#1.sqlite', './with space#1.sqlite'],
  ])('%s is an SQLite file', (url, file) => {
    expect(databaseOf(url)).toEqual({ kind: 'sqlite', file });
  });

  it.each([
    'postgres://u:p@db:5432/gatehouse',
    'postgresql://u:p%23%40@db/x?sslmode=require',
    'postgresql:///x?host=/var/run/postgresql',
  ])('%s is a PostgreSQL server with ten connections', (url) => {
    expect(databaseOf(url)).toEqual({ kind: 'postgres', url, poolSize: 10 });
  });

  it.each(['mysql://db/x', 'data/gatehouse.sqlite', 'postgres:db', 'POSTGRES://db/x', 'file:x.sqlite'])(
    'names one of the two databases, unlike %s',
    (url) => {
      expect(() => databaseOf(url)).toThrow('DATABASE_URL must be sqlite:<file>, or postgres://');
    },
  );

  it.each(['sqlite:', 'sqlite::memory:', 'sqlite:data/', 'sqlite:.', 'sqlite:..'])('names a file, unlike %s', (url) => {
    expect(() => databaseOf(url)).toThrow('DATABASE_URL must name a file after sqlite:');
  });

  it.each(['sqlite:///data/x.sqlite', 'sqlite://x.sqlite', 'sqlite:file:x.sqlite', 'sqlite:x.sqlite?mode=memory'])(
    'is a plain path and never a URI, unlike %s',
    (url) => {
      expect(() => databaseOf(url)).toThrow('DATABASE_URL must be sqlite: followed by a plain path');
    },
  );

  it.each([
    'postgres://u:123#hunt@db/x',
    'postgres://u:hunt%er@db/x',
    'postgres://u:hunt/er@db/x',
    'postgres://u:hunt@db:port/x',
  ])('has its special characters percent-encoded, unlike %s, which is not repeated', (url) => {
    expect(() => databaseOf(url)).toThrow(/^DATABASE_URL must be a URL in which special characters(?!.*hunt)/);
  });
});

describe('DATABASE_POOL_SIZE', () => {
  it('is one connection at least', () => {
    expect(loadSettings({ DATABASE_URL: 'postgres://db/x', DATABASE_POOL_SIZE: '1' }).database).toMatchObject({
      poolSize: 1,
    });
    expect(() => loadSettings({ DATABASE_POOL_SIZE: '0' })).toThrow(
      'DATABASE_POOL_SIZE must be a whole number from 1 to 1000.',
    );
  });
});
