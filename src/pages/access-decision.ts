import type { FastifyRequest } from 'fastify';
import type { Access } from '../oauth/resource-indicators/access';
import { allFilledIn, filledIn } from './form-input';
import type { FormFaults } from './form.view';

/** What a person has decided: the scopes that they allow, `refuse`, or null where they allow but have chosen nothing. */
export type FilledDecision = { readonly scopes: readonly string[] } | 'refuse' | null;

/** What is told to whoever allows without choosing anything. */
export const NOTHING_CHOSEN: FormFaults = {
  fields: {},
  whole: 'Choose what the application may do, or refuse.',
};

/** Reads the answer that the form of such a page sends. */
export function decisionIn(request: FastifyRequest, offered: Access): FilledDecision {
  if (filledIn(request, 'decision').decision !== 'allow') return 'refuse';
  const chosen = new Set(allFilledIn(request, 'scope'));
  const scopes = offered.scopes.filter((scope) => chosen.has(scope));
  return scopes.length === 0 && offered.scopes.length > 0 ? null : { scopes };
}
