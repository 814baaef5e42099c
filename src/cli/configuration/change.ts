import type { Transaction } from '../../database/transaction';
import type { Place } from './configuration-file';

/** A field that is different in the file. */
export interface FieldChange {
  readonly name: string;
  /** What it was and will be; neither where it is a secret. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What came of a change: nothing more to be said, a secret that somebody has to be told, or a sentence that says why it cannot be made. */
export interface Made {
  readonly secret?: string | null;
  readonly refusal?: string;
}

/** One difference between the file and the server, and how it is made up. */
export interface Change {
  readonly action: 'add' | 'change' | 'remove';
  readonly kind: 'role' | 'resource server' | 'client' | 'user' | 'trusted issuer' | 'link';
  /** What the thing is known by. */
  readonly name: string;
  readonly fields: readonly FieldChange[];
  /** Where the file says it; empty where it is the file's silence that does. */
  readonly place: Place;
  make(transaction: Transaction): Promise<Made>;
}

/** The fields that differ, by their names. */
export function differences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) =>
    isSame(before[name], after[name]) ? [] : [{ name, before: before[name] ?? null, after: after[name] ?? null }],
  );
}

/** Whether two values of JSON are the same, in whatever order their members stand. */
function isSame(one: unknown, other: unknown): boolean {
  return sorted(one ?? null) === sorted(other ?? null);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
