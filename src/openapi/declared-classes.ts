import type { Type } from '@nestjs/common';
import type { ApiSchemaOptions } from '@nestjs/swagger';
import { documentedClasses, documentedFields } from '../http/api-property.decorator';
import type { DocumentedRoute } from './documented-route';
import { fieldRules, type FieldSchema, mergeField } from './field-rules';

/** The package @nestjs/swagger, which is loaded only when somebody asks for the documentation. */
export type Swagger = typeof import('@nestjs/swagger');

const declared = new WeakSet<Type>();

/** Tells @nestjs/swagger of the fields of every class that requests and answers are made of. */
export function declareClasses(swagger: Swagger, routes: readonly DocumentedRoute[]): void {
  const ofParameters = routes.flatMap(({ parameterTypes }) => parameterTypes).filter(isClass);
  const ofBodies = routes.flatMap(({ description }) => description.body ?? []);
  for (const type of [...documentedClasses(), ...ofParameters, ...ofBodies]) declareClass(swagger, type);
}

function declareClass(swagger: Swagger, type: Type): void {
  if (declared.has(type)) return;
  declared.add(type);
  const said = documentedFields(type);
  const rules = fieldRules(type);
  const prototype = type.prototype as object;
  for (const field of new Set([...said.keys(), ...rules.keys()])) {
    // What an author said with the decorators of @nestjs/swagger itself.
    const existing = Reflect.getMetadata(swagger.DECORATORS.API_MODEL_PROPERTIES, prototype, field) as
      FieldSchema | undefined;
    swagger.ApiProperty(mergeField(rules.get(field), { ...said.get(field), ...existing }))(prototype, field);
    const nested: unknown = Reflect.getMetadata('design:type', prototype, field);
    if (isClass(nested) && fieldRules(nested).size > 0) declareClass(swagger, nested);
  }
  // The validation pipe refuses what it does not know.
  if (rules.size > 0 && !Reflect.hasOwnMetadata(swagger.DECORATORS.API_SCHEMA, type)) {
    swagger.ApiSchema({ name: type.name, additionalProperties: false } as ApiSchemaOptions)(type);
  }
}

function isClass(type: unknown): type is Type {
  return typeof type === 'function';
}
