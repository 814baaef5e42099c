import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { getMetadataStorage, ValidateIf } from 'class-validator';
import { ApiProperty, documentedFields } from './api-property.decorator';

/**
 * A class with the fields of another, each of which may be left out: for changes. Rules and documentation are those of the other;
 * null is refused unless the other takes it.
 */
export function PartialType<T extends object>(type: Type<T>): Type<Partial<T>> {
  abstract class PartialClass {}
  const partial = PartialClass as Type;
  const storage = getMetadataStorage();
  const rules = storage.getTargetValidationMetadatas(type, '', false, false);
  for (const rule of rules) storage.addValidationMetadata({ ...rule, target: partial });
  const described = documentedFields(type);
  for (const field of new Set([...rules.map(({ propertyName }) => propertyName), ...described.keys()])) {
    const designed: unknown = Reflect.getMetadata('design:type', type.prototype as object, field);
    if (designed !== undefined) Reflect.defineMetadata('design:type', designed, partial.prototype as object, field);
    ValidateIf((_dto, value) => value !== undefined)(partial.prototype as object, field);
    ApiProperty(described.get(field))(partial.prototype as object, field);
  }
  return partial as Type<Partial<T>>;
}
