/** The database cannot be reached or did not answer in time; the caller may try again (HTTP 503). */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('The database is not available.', { cause });
  }
}

/**
 * SQLSTATE classes 08 (connection), 53 (resources) and 57 (operator intervention), conflicts that did not go away by repeating (40001,
 * 40P01, 55P03), ended by the server for idling (25P0x), read-only (25006), and the errors of sockets and of SQLite.
 */
const UNAVAILABLE =
  /^(08...|53...|57P0.|57014|25006|25P0[34]|40001|40P01|55P03|ECONN.*|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY))$/;

/** What pg says when an answer does not come in time. */
const ANSWER_MISSING = 'Query read timeout';

const UNAVAILABLE_MESSAGE =
  /Query read timeout|Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after|Client was closed|not queryable|Connection is closed|Database is closed|Database handle is closed/i;

/** What the drivers' errors have in common; TypeORM wraps them. A native module's error need not be an `Error` of this realm. */
interface DriverError {
  readonly message: string;
  readonly code?: unknown;
  readonly driverError?: unknown;
}

/** Tells whether an error of a driver means that the database is away or busy, rather than that the statement was wrong. */
export function isUnavailable(error: unknown): boolean {
  if (!isDriverError(error)) return false;
  if (error instanceof DatabaseUnavailable) return true;
  const { code, message, driverError } = error;
  if (typeof code === 'string' && UNAVAILABLE.test(code)) return true;
  if (UNAVAILABLE_MESSAGE.test(message)) return true;
  return driverError !== error && isUnavailable(driverError);
}

/** Tells whether PostgreSQL did not answer in time: its connection may still get that answer, and is of no use. */
export function isAnswerMissing(error: unknown): boolean {
  return isDriverError(error) && error.message === ANSWER_MISSING;
}

/** Turns a driver's "away or busy" into {@link DatabaseUnavailable} and passes every other error through. */
export function asDatabaseError(error: unknown): unknown {
  return isUnavailable(error) && !(error instanceof DatabaseUnavailable) ? new DatabaseUnavailable(error) : error;
}

/** Tells whether a statement failed because a unique index already holds the value, on either database. */
export function isUniqueViolation(error: unknown): boolean {
  if (!isDriverError(error)) return false;
  const { code, message, driverError } = error;
  if (code === '23505') return true;
  if (code === 'SQLITE_CONSTRAINT' && /UNIQUE|PRIMARY KEY/.test(message)) return true;
  return driverError !== error && isUniqueViolation(driverError);
}

function isDriverError(error: unknown): error is DriverError {
  return typeof error === 'object' && error !== null && typeof (error as { message?: unknown }).message === 'string';
}
