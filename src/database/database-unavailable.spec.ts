import { asDatabaseError, DatabaseUnavailable, isUniqueViolation, isUnavailable } from './database-unavailable';

const failure = (properties: object, message = 'it failed') => Object.assign(new Error(message), properties);

describe('the errors of the drivers', () => {
  it.each([
    ...['08006', '08001', '53300', '57P01', '57P03', '57014', '25006', '25P03', '25P04', '40001', '40P01', '55P03'],
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'],
    ...['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY'],
  ])('say with %s that the database is away or busy', (code) => {
    expect(isUnavailable(failure({ code }))).toBe(true);
    expect(isUnavailable(failure({ driverError: failure({ code }) }))).toBe(true);
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
    'SQLITE_MISUSE: Database handle is closed',
  ])('say so with "%s"', (message) => {
    expect(isUnavailable(failure({}, message))).toBe(true);
  });

  it.each(['23505', '23503', '42601', '42P01', '22P02', 'SQLITE_ERROR', 'SQLITE_CONSTRAINT', undefined, 7])(
    'do not with %s',
    (code) => {
      expect(isUnavailable(failure({ code }))).toBe(false);
    },
  );

  it('become one error that names its cause, and nothing else does', () => {
    const cause = failure({ code: '57P01' });
    const error = asDatabaseError(cause);
    expect(error).toBeInstanceOf(DatabaseUnavailable);
    expect(error).toMatchObject({ cause });
    expect(asDatabaseError(error)).toBe(error);
    const other = failure({ code: '23505' });
    for (const passed of [other, undefined, null, 'text', 7, {}]) expect(asDatabaseError(passed)).toBe(passed);
  });

  it('tell a unique index that holds the value already from other constraints', () => {
    expect(isUniqueViolation(failure({ code: '23505' }))).toBe(true);
    expect(isUniqueViolation(failure({ driverError: failure({ code: '23505' }) }))).toBe(true);
    expect(isUniqueViolation(failure({ code: 'SQLITE_CONSTRAINT' }, 'UNIQUE constraint failed: users.email'))).toBe(
      true,
    );
    expect(isUniqueViolation(failure({ code: 'SQLITE_CONSTRAINT' }, 'NOT NULL constraint failed: users.email'))).toBe(
      false,
    );
    expect(isUniqueViolation(failure({ code: '23503' }))).toBe(false);
    expect(isUniqueViolation(null)).toBe(false);
  });
});
