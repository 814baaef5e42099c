import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem';
import type { FormFaults } from './form.view';

/** A form with which nothing is wrong. */
export const NO_FAULTS: FormFaults = { fields: {}, whole: null };

/** The fields of a form that were filled in; one that stands twice counts as left out. */
export function filledIn<Name extends string>(
  { body }: FastifyRequest,
  ...names: readonly Name[]
): Partial<Record<Name, string>> {
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>;
  const filled = names.flatMap((name) => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(filled) as Partial<Record<Name, string>>;
}

/** All values of a field that may stand more than once, such as a group of checkboxes. */
export function allFilledIn({ body }: FastifyRequest, name: string): string[] {
  const value = ((body ?? {}) as Readonly<Record<string, unknown>>)[name];
  return [value].flat().filter((item) => typeof item === 'string');
}

/** A parameter of the address; one that stands twice counts as left out. */
export function queryParameter({ query }: FastifyRequest, name: string): string | null {
  const value = (query as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** What a refusal says of a form. @throws the error itself where it says nothing that the form could show */
export function faultsOf(error: unknown): { readonly faults: FormFaults; readonly status: number } {
  if (!(error instanceof Problem) || error.status >= 500) throw error;
  // RFC 9110 §15.5.2: a 401 asks for a header, which no form sends.
  const status = error.status === 401 ? 403 : error.status;
  if (error.errors === undefined) return { faults: { fields: {}, whole: error.message }, status };
  const fields: Record<string, string> = {};
  for (const { pointer, detail } of error.errors) {
    const name = pointer.slice(2);
    fields[name] = fields[name] === undefined ? detail : `${fields[name]} ${detail}`;
  }
  return { faults: { fields, whole: null }, status };
}
