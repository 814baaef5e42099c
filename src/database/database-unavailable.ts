/** The database cannot be reached or did not answer in time; the caller may try again (HTTP 503). */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('The database is not available.', { cause });
  }
}

/** SQLSTATE classes 08 (connection), 53 (resources), 57 (operator intervention) and 25006 (read-only), and the socket errors of the pg driver. */
const UNAVAILABLE =
  /^(08...|53...|57P0.|57014|25006|ECONN.*|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY))$/;

const UNAVAILABLE_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Cannot use a pool after|Client was closed|not queryable|Connection is closed|Database is closed|Database handle is closed/i;

/** Tells whether an error of a driver means that the database is away or busy, rather than that the statement was wrong. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof DatabaseUnavailable) return true;
  const { code, driverError } = error as Error & { code?: unknown; driverError?: unknown };
  if (typeof code === 'string' && UNAVAILABLE.test(code)) return true;
  if (UNAVAILABLE_MESSAGE.test(error.message)) return true;
  return driverError !== undefined && driverError !== error && isUnavailable(driverError);
}

/** Turns a driver's "away or busy" into {@link DatabaseUnavailable} and passes every other error through. */
export function asDatabaseError(error: unknown): unknown {
  return isUnavailable(error) && !(error instanceof DatabaseUnavailable) ? new DatabaseUnavailable(error) : error;
}

/** Tells whether a statement failed because a unique index already holds the value, on either database. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, driverError } = error as Error & { code?: unknown; driverError?: unknown };
  if (code === '23505') return true;
  if (code === 'SQLITE_CONSTRAINT' && /UNIQUE|PRIMARY KEY/.test(error.message)) return true;
  return driverError !== undefined && driverError !== error && isUniqueViolation(driverError);
}
