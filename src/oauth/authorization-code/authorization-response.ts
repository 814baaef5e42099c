import { hash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { escapeHtml } from '../../http/escape-html';
import { errorDescription } from '../../protocol/error-description';
import type { OAuthError } from '../../protocol/errors';
import type { ResponseMode } from '../../protocol/response-mode';
import type { AuthorizationRequest } from './authorization-request';

/** Members of an authorization response. */
export type ResponseMembers = Readonly<Record<string, string>>;

const SUBMIT = `document.forms[0].submit()`;
const SUBMIT_HASH = hash('sha256', SUBMIT, 'base64');

/**
 * Sends an answer to the client: with `state` as it was sent, and with `iss`, so that a client of several servers can tell whose answer it is
 * (RFC 6749 §4.1.2, RFC 9207 §2).
 */
export function sendAuthorizationResponse(
  { redirectUri, responseMode, state }: AuthorizationRequest,
  members: ResponseMembers,
  issuer: string,
  reply: FastifyReply,
): void {
  const all = { ...members, ...(state === undefined ? {} : { state }), iss: issuer };
  if (responseMode === 'form_post') sendForm(redirectUri, all, reply);
  // RFC 9700 §4.12: 303, so that no browser sends a form with somebody's password on to the client.
  else {
    void reply
      .code(303)
      .header('location', locationOf(redirectUri, all, responseMode))
      .send();
  }
}

/** The members of an error response (RFC 6749 §4.1.2.1). */
export function errorMembers(error: OAuthError): ResponseMembers {
  return { error: error.error, error_description: errorDescription(error.message) };
}

function locationOf(redirectUri: string, members: ResponseMembers, mode: Exclude<ResponseMode, 'form_post'>): string {
  const encoded = new URLSearchParams(members).toString();
  if (mode === 'fragment') return `${redirectUri}#${encoded}`;
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${encoded}`;
}

/** OAuth Form Post §2: a page whose form sends itself, or is sent with its button where scripts are off. */
function sendForm(redirectUri: string, members: ResponseMembers, reply: FastifyReply): void {
  const { origin } = new URL(redirectUri);
  const target = origin === 'null' ? new URL(redirectUri).protocol : origin;
  const fields = Object.entries(members).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  void reply
    .header(
      'content-security-policy',
      `default-src 'none'; script-src 'sha256-${SUBMIT_HASH}'; form-action ${target}; base-uri 'none'; frame-ancestors 'none'`,
    )
    // The application may have opened this window, and wants to know it again.
    .header('cross-origin-opener-policy', 'unsafe-none')
    .type('text/html; charset=utf-8').send(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Back to the application</title></head>
<body><form method="post" action="${escapeHtml(redirectUri)}">${fields.join('')}
<noscript><p>Press the button to go back to the application.</p><button type="submit">Continue</button></noscript></form>
<script>${SUBMIT}</script></body></html>
`);
}
