import type { Type } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';

/** What the documentation says of the fields of a class, by their names. */
export type DocumentedFields = ReadonlyMap<string, ApiPropertyOptions>;

const documented = new Map<Type, Map<string, ApiPropertyOptions>>();

/**
 * The decorator of the same name in @nestjs/swagger, remembered until somebody asks for the documentation: that package takes so
 * long to load that every start would feel it. What the validation rules of the field say already (type, lengths, pattern, whether
 * it may be left out or null) need not be repeated.
 */
export function ApiProperty(options: ApiPropertyOptions = {}): PropertyDecorator {
  return (prototype, key) => {
    const owner = prototype.constructor as Type;
    const fields = documented.get(owner) ?? new Map<string, ApiPropertyOptions>();
    documented.set(owner, fields.set(String(key), options));
  };
}

/** The classes with fields that {@link ApiProperty} describes. */
export function documentedClasses(): Type[] {
  return [...documented.keys()];
}

/** The described fields of a class and of those that it extends. */
export function documentedFields(type: Type): DocumentedFields {
  const parent = Object.getPrototypeOf(type) as Type | null;
  const inherited = typeof parent === 'function' ? documentedFields(parent) : [];
  return new Map([...inherited, ...(documented.get(type) ?? [])]);
}
