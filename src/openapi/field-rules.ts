import type { Type } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { getMetadataStorage } from 'class-validator';

type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** What of JSON Schema a field's rules amount to. */
export type FieldSchema = Record<string, unknown>;

/** JSON Schema by the name of the rule in class-validator; what is not here cannot be said, or says nothing, in a schema. */
const MEANINGS: Readonly<Record<string, (constraints: readonly unknown[]) => FieldSchema>> = {
  isString: () => ({ type: String }),
  isBoolean: () => ({ type: Boolean }),
  isNumber: () => ({ type: Number }),
  isInt: () => ({ type: 'integer' }),
  isNotEmpty: () => ({ minLength: 1 }),
  minLength: ([least]) => ({ minLength: least }),
  maxLength: ([most]) => ({ maxLength: most }),
  isLength: ([least, most]) => ({ minLength: least, maxLength: most }),
  matches: ([expression]) => (expression instanceof RegExp ? { pattern: expression.source } : {}),
  isEmail: () => ({ format: 'email' }),
  isUrl: () => ({ format: 'uri' }),
  isUuid: () => ({ format: 'uuid' }),
  isDateString: () => ({ format: 'date-time' }),
  isIso8601: () => ({ format: 'date-time' }),
  min: ([least]) => ({ minimum: least }),
  max: ([most]) => ({ maximum: most }),
  isIn: ([values]) => ({ enum: values }),
  isEnum: ([, values]) => ({ enum: values }),
  arrayMinSize: ([least]) => ({ minItems: least }),
  arrayMaxSize: ([most]) => ({ maxItems: most }),
  arrayUnique: () => ({ uniqueItems: true }),
};

/** Rules that mean something for texts only. */
const OF_TEXTS = ['minLength', 'maxLength', 'pattern', 'format'] as const;

/** What the validation rules of a class say of its fields, in terms of JSON Schema. */
export function fieldRules(type: Type): Map<string, FieldSchema> {
  const fields = new Map<string, FieldSchema>();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(type, '', false, false)) {
    const field = fields.get(rule.propertyName) ?? {};
    fields.set(rule.propertyName, { ...field, ...meaningOf(rule) });
  }
  return fields;
}

/** What the rules and the author say of a field, the author having the last word. */
export function mergeField(rules: FieldSchema = {}, said: FieldSchema = {}): ApiPropertyOptions {
  const type: unknown = said.type ?? rules.type;
  const isText = type === undefined || type === String || type === 'string';
  const fitting = Object.entries(rules).filter(([key]) => isText || !OF_TEXTS.some((name) => name === key));
  return { ...Object.fromEntries(fitting), ...said };
}

function meaningOf(rule: Rule): FieldSchema {
  if (rule.type === 'conditionalValidation') return whenAbsent(rule);
  const meaning = MEANINGS[rule.name ?? '']?.((rule.constraints ?? []) as unknown[]) ?? {};
  if (!rule.each) return meaning;
  // A rule for each item: only the type of the items can be said beside the field.
  return 'type' in meaning ? { type: meaning.type, isArray: true } : {};
}

/** A field whose rules do not hold for nothing may be left out; one whose rules do not hold for null may be null. */
function whenAbsent({ constraints: [condition], propertyName }: Rule): FieldSchema {
  const isChecked = (value: null | undefined): boolean => {
    try {
      return (condition as (dto: object, value: unknown) => boolean)({ [propertyName]: value }, value);
    } catch {
      return true;
    }
  };
  return {
    ...(isChecked(undefined) ? {} : { required: false }),
    ...(isChecked(null) ? {} : { nullable: true }),
  };
}
