import type { FastifyRequest } from 'fastify';
import type { Access } from '../oauth/resource-indicators/access';
import { OPENID_SCOPE } from '../oidc/openid/openid-request';
import type { SessionWithUser } from '../sessions/session-manager';
import { allFilledIn, filledIn } from './form-input';
import type { FormFaults } from './form.view';

/** The field that says to whom the question was shown. */
export const PERSON_FIELD = 'person';

/** Who is asked now, and what they can choose from. */
export interface Asked {
  readonly session: SessionWithUser;
  readonly offered: Access;
}

/** What a person has decided; `unclear` where they have to be asked once more, and why. */
export type FilledDecision =
  | { readonly decision: 'allow'; readonly scopes: readonly string[]; readonly claims: readonly string[] }
  | { readonly decision: 'refuse' }
  | { readonly decision: 'unclear'; readonly faults: FormFaults };

const NOTHING_CHOSEN = 'Choose what the application may do, or refuse.';
const ANOTHER_PERSON = 'Another person has signed in here meanwhile: this is now about your account.';

/**
 * Whether a scope goes with every answer but a refusal (OpenID Connect Core §3.1.2.1): without `openid` the application would get another answer than
 * the one that it has asked for, an ID token.
 */
export function isPartOfSigningIn(scope: string): boolean {
  return scope === OPENID_SCOPE;
}

/** Reads the answer that the form of such a page sends. */
export function decisionIn(request: FastifyRequest, { session, offered }: Asked): FilledDecision {
  const { decision, [PERSON_FIELD]: shownTo } = filledIn(request, 'decision', PERSON_FIELD);
  // RFC 6749 §10.12: only what people are aware of is their consent; this was shown to another, before they signed in in the same browser.
  if (shownTo !== session.user.id) return unclear(ANOTHER_PERSON);
  if (decision !== 'allow') return { decision: 'refuse' };
  const chosen = new Set(allFilledIn(request, 'scope'));
  const scopes = offered.scopes.filter((scope) => chosen.has(scope) || isPartOfSigningIn(scope));
  if (scopes.length === 0 && offered.scopes.length > 0) return unclear(NOTHING_CHOSEN);
  const told = new Set(allFilledIn(request, 'claim'));
  return { decision: 'allow', scopes, claims: (offered.claims ?? []).filter((claim) => told.has(claim)) };
}

function unclear(whole: string): FilledDecision {
  return { decision: 'unclear', faults: { fields: {}, whole } };
}
