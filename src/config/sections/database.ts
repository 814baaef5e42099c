import { setting, SettingProblem } from '../setting';
import { wholeNumber, urlOrNull } from '../value-parsers';

type DatabaseAddress =
  { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

function parseDatabaseUrl(value: string): DatabaseAddress {
  if (value.startsWith('sqlite:')) {
    return { kind: 'sqlite', file: parseSqliteFile(value.slice('sqlite:'.length)) };
  }
  if (/^postgres(ql)?:\/\//.test(value)) {
    return { kind: 'postgres', url: parsePostgresUrl(value) };
  }
  throw new SettingProblem('must be sqlite:<file>, or postgres://<user>:<password>@<host>:<port>/<database>');
}

function parseSqliteFile(file: string): string {
  // Each of the two connections would have a database of its own, and all would be lost when the service stops.
  if (file === ':memory:') throw new SettingProblem('must name a file after sqlite:, not a database in memory');
  if (file === '' || file.endsWith('/') || file === '.' || file === '..') {
    throw new SettingProblem('must name a file after sqlite:, such as sqlite:data/gatehouse.sqlite');
  }
  // SQLite reads such names as URIs, which could hide a database in memory behind a parameter.
  if (file.startsWith('//') || file.startsWith('file:') || file.includes('?')) {
    throw new SettingProblem(
      'must be sqlite: followed by a plain path, such as sqlite:/var/lib/gatehouse/gatehouse.sqlite',
    );
  }
  return file;
}

function parsePostgresUrl(value: string): string {
  // An unescaped # or ? in the password would cut the address short and send the service elsewhere.
  const url = value.includes('#') ? null : urlOrNull(value);
  if (url === null || !isPercentEncoded(url.href)) {
    throw new SettingProblem(
      'must be a URL in which special characters of the user name and password are percent-encoded (# as %23, @ as %40)',
    );
  }
  return value;
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Where the data is kept. */
export const databaseSettings = {
  address: setting<DatabaseAddress>({
    name: 'DATABASE_URL',
    default: 'sqlite:data/gatehouse.sqlite',
    unit: '`sqlite:<file>` or `postgres://…`',
    meaning: 'The database: one SQLite file, by its path, or a PostgreSQL server, which many nodes can share.',
    secret: true,
    parse: parseDatabaseUrl,
  }),
  poolSize: setting({
    name: 'DATABASE_POOL_SIZE',
    default: '10',
    unit: 'connections',
    meaning: 'How many connections one node opens to PostgreSQL at most.',
    parse: wholeNumber(1, 1_000),
  }),
};
