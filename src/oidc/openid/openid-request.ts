import type { AuthorizationRequest } from '../../oauth/authorization-code/authorization-request';
import type { ClaimsRequest } from '../claims-parameter/claims-request';

/** The scope that makes an authorization request one of OpenID Connect (OpenID Connect Core §3.1.2.1). */
export const OPENID_SCOPE = 'openid';

/** What is kept of an OpenID request until its ID token is made. */
export interface OpenidContext {
  /** As the client sent it: it finds it again in the ID token. */
  readonly nonce?: string;
  /** Which claims it asks for one by one (OpenID Connect Core §5.5). */
  readonly claims?: ClaimsRequest;
}

/** Whether a request is one of OpenID Connect. */
export function isOpenidRequest({ access }: AuthorizationRequest): boolean {
  return access.scopes.includes(OPENID_SCOPE);
}

/** Keeps more of an OpenID request. */
export function keepOpenid(request: AuthorizationRequest, more: OpenidContext): void {
  request.context.openid = { ...openidContext(request.context), ...more };
}

/** What was kept of an OpenID request. */
export function openidContext(context: Readonly<Record<string, unknown>> | undefined): OpenidContext {
  return context?.openid ?? {};
}
