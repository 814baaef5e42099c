import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { pointerBehind, pointerTo } from './pointer';
import { type FieldError, Problem } from './problem';

/** How many faults of one request are told; a body of 64 kB could hold thousands. */
const MOST_ERRORS = 20;

/** How deep a value is looked at; nothing here takes deeper ones. */
const MOST_DEPTH = 20;

/** How many values one argument may hold in all: class-transformer's work grows with the square of an object's fields (CWE-407). */
const MOST_VALUES = 2_000;

/** Names that lead to the prototype of objects (CWE-1321), or that every object has: class-transformer drops those without a word. */
const PROTOTYPE_NAMES: ReadonlySet<string> = new Set(['prototype', ...Object.getOwnPropertyNames(Object.prototype)]);

/** Types that carry no rules of their own. */
const PLAIN_TYPES: ReadonlySet<unknown> = new Set([
  String,
  Boolean,
  Number,
  BigInt,
  Array,
  Object,
  Date,
  Buffer,
  undefined,
]);

/**
 * Validates every argument of a handler whose type is a class with rules: unknown fields are refused, nothing is converted, values
 * are never echoed.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  async transform(value: unknown, { metatype, type, data }: ArgumentMetadata): Promise<unknown> {
    if (type === 'custom') return value;
    if (!PLAIN_TYPES.has(metatype)) return validateBody(metatype as Type<object>, value);
    assertStorable(value, data === undefined ? '#' : pointerTo(data), 0);
    return value;
  }
}

/**
 * Validates a body (or query) against a class of class-validator rules, for guards and other places that no pipe reaches.
 * @returns an instance of the class
 * @throws {Problem} validation_failed with a pointer to every faulty field
 */
export async function validateBody<Dto extends object>(dto: Type<Dto>, body: unknown): Promise<Dto> {
  if (!isPlainObject(body)) throw invalid([{ pointer: '#', detail: 'Send a JSON object.' }]);
  assertStorable(body, '#', 0);
  const instance = plainToInstance(dto, body, { enableImplicitConversion: false });
  const errors = await validate(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    validationError: { target: false },
  });
  if (errors.length > 0) throw invalid(errors.flatMap((error) => fieldErrors(error, '#')));
  return instance;
}

function invalid(errors: readonly FieldError[]): Problem {
  const rest = errors.length - MOST_ERRORS;
  const detail = rest > 0 ? `The first ${MOST_ERRORS} faults are listed; there are ${rest} more.` : undefined;
  return new Problem('validation_failed', { detail, errors: errors.slice(0, MOST_ERRORS) });
}

function fieldErrors(error: ValidationError, parent: string): FieldError[] {
  const pointer = pointerBehind(parent, error.property);
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    detail: faultOf(rule, message, error),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, pointer))];
}

/** Which rule is asked first is chance: of nothing it would say that it is too long. */
function faultOf(rule: string, message: string, { property, value }: ValidationError): string {
  if (rule === 'whitelistValidation') return 'This field is not known here.';
  if (value === undefined) return sentence(`${property} is missing`);
  return sentence(value === null ? `${property} must not be null` : message);
}

function sentence(message: string): string {
  const start = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A query's prototype is neither that of all objects nor null, but an empty one without a prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Refuses what no rule should have to look at: values that are too many or too deep, names of prototypes, and NUL everywhere, which
 * PostgreSQL cannot store and where C libraries end a text.
 * @throws {Problem} validation_failed
 */
function assertStorable(value: unknown, pointer: string, depth: number, budget = { left: MOST_VALUES }): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw invalid([{ pointer, detail: 'The character U+0000 is not allowed.' }]);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth > MOST_DEPTH) throw invalid([{ pointer, detail: `Nest at most ${MOST_DEPTH} levels.` }]);
  for (const [key, part] of Object.entries(value)) {
    if (budget.left-- <= 0) throw invalid([{ pointer: '#', detail: `Send at most ${MOST_VALUES} values at once.` }]);
    const place = pointerBehind(pointer, key);
    if (PROTOTYPE_NAMES.has(key)) throw invalid([{ pointer: place, detail: 'This field is not known here.' }]);
    assertStorable(part, place, depth + 1, budget);
  }
}
