import { MetadataFault, type MetadataField, type Step } from './metadata-field';

/** What has to be changed in one field. */
export interface FieldProblem {
  readonly field: string;
  /** Where in the field, if not in all of it. */
  readonly path?: readonly Step[];
  /** A sentence. */
  readonly reason: string;
}

/** What can be said of a thing: each field by its name. */
export type FieldTable = Readonly<Record<string, MetadataField<unknown>>>;

/** The values of the fields of a table; those that nobody has said, and that are nothing where nobody says, are not there. */
export type FieldValues<Table extends FieldTable> = {
  -readonly [Name in keyof Table]?: ReturnType<Table[Name]['read']>;
};

/** The fields of a table as they are written in JSON; what has no value is null. */
export type WrittenFields<Table extends FieldTable> = {
  readonly [Name in keyof Table]: NonNullable<FieldValues<Table>[Name]> | null;
};

/**
 * Reads what somebody says by the fields of a table, and finds all that is wrong with it. A null counts as left out, and what is left out is as the
 * table says.
 * @param needed the fields that may not be left out
 */
export function readFields<Table extends FieldTable>(
  table: Table,
  input: Readonly<Record<string, unknown>>,
  needed: readonly (keyof Table)[] = [],
): { readonly values: FieldValues<Table>; readonly problems: readonly FieldProblem[] } {
  const values: Record<string, unknown> = {};
  const problems: FieldProblem[] = Object.keys(input)
    .filter((name) => !Object.hasOwn(table, name))
    .map((name) => ({ field: name.slice(0, 64), reason: 'This field is not known here.' }));
  for (const [name, field] of Object.entries(table)) {
    const given = ownValue(input, name) ?? undefined;
    try {
      if (given === undefined && needed.includes(name)) throw new MetadataFault('is needed');
      const value = given === undefined ? field.default : field.read(given);
      if (value !== undefined) values[name] = value;
    } catch (error) {
      if (!(error instanceof MetadataFault)) throw error;
      problems.push({ field: name, path: error.path, reason: sentenceOf(name, error.message) });
    }
  }
  return { values: values as FieldValues<Table>, problems };
}

/** The value of a field; what every object has by its prototype is not one. */
export function ownValue(input: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(input, name) ? input[name] : undefined;
}

/** A sentence about a field, of what is wrong with it. */
export function sentenceOf(field: string, fault: string): string {
  return `${field} ${fault}${/[.!?]$/.test(fault) ? '' : '.'}`;
}
