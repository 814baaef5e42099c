import Database from 'better-sqlite3';

/** Bytes in use in an SQLite file, with what is still in its write-ahead log: pages less free pages, times the page size. */
export function usedBytes(file) {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const pragma = (name) => database.pragma(name, { simple: true });
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  } finally {
    database.close();
  }
}
