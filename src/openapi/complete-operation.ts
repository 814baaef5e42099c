import { STATUS_CODES } from 'node:http';
import type { Type } from '@nestjs/common';
import type {
  ComponentsObject,
  MediaTypeObject,
  OperationObject,
  ParameterObject,
  ReferenceObject,
  RequestBodyObject,
  ResponseObject,
  SchemaObject,
} from '@nestjs/swagger';
import { dialectOf } from '../http/error-dialect';
import type { OperationDescription } from '../http/describe-operation.decorator';
import type { Swagger } from './declared-classes';
import type { DocumentedRoute } from './documented-route';
import { exampleOf, schemaOf } from './examples';
import { formBody } from './form-body';
import { oauthErrorResponses } from './oauth-errors';
import { accessOf } from './operation-access';
import { problemResponses, problemsOf } from './operation-problems';

/** What all operations of a document share. */
export interface DocumentContext {
  readonly swagger: Pick<Swagger, 'getSchemaPath'>;
  readonly schemas: NonNullable<ComponentsObject['schemas']>;
  /** Names of the security schemes that lead to an access token. */
  readonly ways: readonly string[];
  /** Whether tokens may come in cookies. */
  readonly cookies: boolean;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['get', 'head', 'options']);

/**
 * Adds to an operation what follows from its route: words, security, the answer, examples, and every problem that it can answer
 * with. What an author said with the decorators of @nestjs/swagger stays.
 */
export function completeOperation(
  operation: OperationObject,
  { method, path }: { readonly method: string; readonly path: string },
  route: DocumentedRoute,
  context: DocumentContext,
): void {
  const { description } = route;
  const access = accessOf(route, context.ways);
  operation.summary ??= description.summary ?? sentenceCase(route.name);
  operation.description = [operation.description, description.description, access.sentence]
    .filter(Boolean)
    .join('\n\n');
  operation.security = access.security;
  Object.assign(operation, access.extensions);
  if (description.body !== undefined) operation.requestBody ??= bodyOf(description.body, context);
  const parameters = (operation.parameters ?? []) as ParameterObject[];
  if (description.form !== undefined) operation.requestBody ??= formBody(description.form);
  parameters.forEach(refuseNull);
  completeAnswer(operation, description, context);
  addExamples(operation, description, context);
  const shape = {
    hasBody: operation.requestBody !== undefined,
    hasParameters: parameters.length > 0,
    hasPathParameters: parameters.some((parameter) => parameter.in === 'path'),
    needsCsrf: context.cookies && !SAFE_METHODS.has(method),
  };
  const problems = problemsOf(route, shape);
  const isOfOAuth = dialectOf(path) === 'oauth';
  const refusals = isOfOAuth ? oauthErrorResponses(route, problems) : problemResponses(problems);
  operation.responses = { ...refusals, ...operation.responses };
}

/** The classes whose schemas the descriptions refer to. */
export function describedClasses({ description }: DocumentedRoute): Type[] {
  const { answer, answerPageOf, body } = description;
  const answers = Array.isArray(answer) ? (answer as unknown[]) : [answer];
  return [...answers, answerPageOf, body].filter((type): type is Type => typeof type === 'function');
}

function bodyOf(type: Type, { swagger }: DocumentContext): RequestBodyObject {
  return { required: false, content: { 'application/json': { schema: { $ref: swagger.getSchemaPath(type) } } } };
}

/** A parameter that is sent is a text: rules that let a field be null let it be left out here. */
function refuseNull({ schema }: ParameterObject): void {
  if (schema === undefined || '$ref' in schema || !Array.isArray(schema.type)) return;
  const [only, ...others] = schema.type.filter((type) => type !== 'null');
  if (only !== undefined && others.length === 0) schema.type = only;
}

function completeAnswer(
  operation: OperationObject,
  description: Partial<OperationDescription>,
  context: DocumentContext,
): void {
  for (const [status, response] of successes(operation)) {
    if (response.description === '') response.description = STATUS_CODES[status] ?? '';
    const content = answerOf(description, context);
    if (content !== undefined) response.content ??= { [description.answerType ?? 'application/json']: content };
    if (status === '201') response.headers ??= { Location: { $ref: '#/components/headers/Location' } };
  }
}

function successes({ responses }: OperationObject): [string, ResponseObject][] {
  return Object.entries(responses).filter(
    (entry): entry is [string, ResponseObject] =>
      /^[23]/.test(entry[0]) && entry[1] !== undefined && !('$ref' in entry[1]),
  );
}

function answerOf(
  { answer, answerPageOf, answerRequires }: Partial<OperationDescription>,
  { swagger }: DocumentContext,
): MediaTypeObject | undefined {
  const reference = (type: Type): ReferenceObject => ({ $ref: swagger.getSchemaPath(type) });
  if (answerPageOf !== undefined) return { schema: pageOf(reference(answerPageOf)) };
  if (answer === undefined) return undefined;
  if (typeof answer === 'function') return { schema: reference(answer) };
  const [item] = Array.isArray(answer) ? (answer as readonly Type[]) : [];
  if (item !== undefined) return { schema: { type: 'array', items: reference(item) } };
  const schema = schemaOf(answer);
  if (answerRequires !== undefined) schema.required = [...answerRequires];
  return { schema, example: answer };
}

function pageOf(items: ReferenceObject): SchemaObject {
  const nextCursor: SchemaObject = {
    type: ['string', 'null'],
    description: 'The `cursor` of the next page; null on the last one',
    example: 'MTc5NTUxMzgwMDAwMCBxMmQwY1gxeVR6TzRlN2gzYldtOVl3',
  };
  return {
    type: 'object',
    required: ['items', 'nextCursor'],
    properties: { items: { type: 'array', items }, nextCursor },
  };
}

function addExamples(
  operation: OperationObject,
  { bodyExample, answerExample }: Partial<OperationDescription>,
  { schemas }: DocumentContext,
): void {
  const body = operation.requestBody as RequestBodyObject | undefined;
  const answers = successes(operation).map(([, { content }]) => [content, answerExample] as const);
  for (const [content, said] of [[body?.content, bodyExample] as const, ...answers]) {
    for (const media of Object.values(content ?? {})) {
      if (media.example !== undefined || media.examples !== undefined || media.schema === undefined) continue;
      const example = said ?? exampleOf(media.schema, schemas);
      if (example !== undefined) media.example = example;
    }
  }
}

/** `listEveryones` → `List everyones`: better than nothing. */
function sentenceCase(name: string): string {
  const words = name.replace(
    /([a-z\d])([A-Z])/g,
    (_pair, left: string, right: string) => `${left} ${right.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}
