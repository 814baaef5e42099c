/** What may be bound to a `?` of a statement on both databases. */
export type SqlValue = string | number | null;

/** A row as both drivers deliver it: column name → value. */
export type SqlRow = Record<string, SqlValue>;
