import { hash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { escapeHtml } from '../../http/escape-html';
import { errorDescription } from '../../protocol/error-description';
import type { OAuthError } from '../../protocol/errors';
import type { ResponseMode } from '../../protocol/response-mode';
import type { AuthorizationRequest } from './authorization-request';
import type { Enclose, ResponseMembers } from './response-enclosure';

const SUBMIT = `document.forms[0].submit()`;
const SUBMIT_HASH = hash('sha256', SUBMIT, 'base64');

/** Sends the members of an answer to the client. */
export type SendResponse = (members: ResponseMembers, reply: FastifyReply) => Promise<void>;

/**
 * Gets ready to answer a client: with `state` as it was sent, and with `iss`, so that a client of several servers can tell whose answer it is
 * (RFC 6749 §4.1.2, RFC 9207 §2). Runs outside of any unit of work.
 */
export async function prepareResponse(request: AuthorizationRequest, issuer: string): Promise<SendResponse> {
  const { state, enclosure } = request;
  // RFC 9207 §2.4: what encloses the answer says there who has made it.
  const enclose: Enclose =
    enclosure === null ? (members) => ({ ...members, iss: issuer }) : await enclosure.prepare(request.client);
  return async (members, reply) => {
    transmit(request, await enclose({ ...members, ...(state === undefined ? {} : { state }) }), reply);
  };
}

function transmit(
  { redirectUri, responseMode }: AuthorizationRequest,
  members: ResponseMembers,
  reply: FastifyReply,
): void {
  if (responseMode === 'form_post') sendForm(redirectUri, members, reply);
  // RFC 9700 §4.12: 303, so that no browser sends a form with somebody's password on to the client.
  else {
    void reply
      .code(303)
      .header('location', locationOf(redirectUri, members, responseMode))
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
<noscript><p>Press the button to go back to the application.</p><button id="continue" type="submit">Continue</button></noscript></form>
<script>${SUBMIT}</script></body></html>
`);
}
