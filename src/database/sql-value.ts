/** What may be bound to a `?` of a statement on both databases. */
export type SqlValue = string | number | null;
