import type { OpenAPIObject } from '@nestjs/swagger';

const SCHEMAS = '#/components/schemas/';

/**
 * Gives schemas the names of things instead of classes: `Note` for `NoteView`. Where that would make two of one name, as with a
 * `NoteDto`, both keep those of their classes.
 */
export function nameSchemas(document: OpenAPIObject): void {
  const schemas = document.components?.schemas ?? {};
  const names = new Map(Object.keys(schemas).map((name) => [name, name.replace(/(?!^)(?:Dto|View)$/, '')]));
  const wanted = [...names.values()];
  const isTaken = (name: string) => wanted.indexOf(name) !== wanted.lastIndexOf(name);
  for (const [name, short] of names) if (isTaken(short)) names.set(name, name);
  rename(document, names);
  const renamed = Object.entries(schemas).map(([name, schema]) => [names.get(name) ?? name, schema] as const);
  document.components = { ...document.components, schemas: Object.fromEntries(renamed) };
}

function rename(node: unknown, names: ReadonlyMap<string, string>): void {
  if (typeof node !== 'object' || node === null) return;
  const holder = node as Record<string, unknown>;
  const { $ref: reference } = holder;
  if (typeof reference === 'string' && reference.startsWith(SCHEMAS)) {
    const name = reference.slice(SCHEMAS.length);
    holder['$ref'] = `${SCHEMAS}${names.get(name) ?? name}`;
  }
  for (const part of Object.values(holder)) rename(part, names);
}
