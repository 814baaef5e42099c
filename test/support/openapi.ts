import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020';
import type { RouteTable } from '../../src/http/route-table';

/* eslint-disable @typescript-eslint/no-explicit-any -- a document of any shape is looked into */

/** One operation of a document. */
export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operation: any;
}

/** Looks into an OpenAPI document, and holds values against its schemas. */
export class ApiDescription {
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });

  constructor(readonly document: any) {
    this.ajv.addSchema(document as object, 'api');
  }

  /** What a validator of OpenAPI finds wrong. */
  async faults(): Promise<unknown> {
    const { valid, errors } = await new Validator().validate(structuredClone(this.document) as Record<string, unknown>);
    return valid ? [] : errors;
  }

  operations(): Operation[] {
    return Object.entries<any>(this.document.paths).flatMap(([path, item]) =>
      Object.entries<any>(item).map(([method, operation]) => ({ path, method, operation })),
    );
  }

  operation(operationId: string): Operation {
    const found = this.operations().find(({ operation }) => operation.operationId === operationId);
    if (found === undefined) throw new Error(`There is no operation ${operationId}.`);
    return found;
  }

  /** What of a value is against the schema at these steps from the root of the document. */
  mismatches(steps: readonly string[], value: unknown): string[] {
    const pointer = steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
    const validate = this.ajv.compile({ $ref: `api#${encodeURI(pointer)}` });
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }

  /** Follows a reference. */
  resolve(node: any): any {
    if (node?.$ref === undefined) return node;
    const steps: string[] = node.$ref.slice(2).split('/');
    return steps.reduce((place, step) => place[step.replaceAll('~1', '/').replaceAll('~0', '~')], this.document);
  }
}

/** Every method and path that the application answers, as `GET /notes/{id}`; HEAD goes with GET. */
export function routesOf(table: RouteTable): string[] {
  const { routes } = table as unknown as { routes: ReadonlyMap<string, { readonly methods: ReadonlySet<string> }> };
  return [...routes].flatMap(([pattern, { methods }]) =>
    [...methods]
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method} ${pattern.replace(/:(\w+)/g, '{$1}')}`),
  );
}
