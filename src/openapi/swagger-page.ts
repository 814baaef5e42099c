import { escapeHtml } from '../http/escape-html';
import type { DocsSignIn } from './docs-client';

/**
 * The policy of the page: its own scripts, styles and calls and nothing else. Swagger UI draws its icons as `data:` images; the
 * styles that it sets go through the object model, which a policy does not touch.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What the page adds to the style of Swagger UI: colours with a contrast of at least 4.5 to 1 (WCAG 2.2 §1.4.3), one size of text. */
export const STYLE = `html { box-sizing: border-box; }
*, *::before, *::after { box-sizing: inherit; }
body { margin: 0; background: #fafafa; }
.elsewhere { margin: 1rem auto; padding: 0 20px; max-width: 1460px; font: 16px/1.5 sans-serif; color: #3b4151; }
.elsewhere a { color: #1f6bb8; }
noscript { display: block; padding: 2rem; font-family: sans-serif; }
.swagger-ui .info { margin: 30px 0; }
.swagger-ui .info .title small { background: #5a6170; }
.swagger-ui .info .title small.version-stamp { background: #4a6b00; }
.swagger-ui .info .url, .swagger-ui .info a { color: #1f6bb8; }
.swagger-ui .btn.authorize { border-color: #1b7f4f; }
.swagger-ui .btn.authorize, .swagger-ui .btn.authorize span { color: #1b7f4f; }
.swagger-ui .btn.authorize svg { fill: #1b7f4f; }
.swagger-ui .btn.cancel { border-color: #c22525; color: #c22525; }
.swagger-ui .btn.execute { background: #1f6bb8; border-color: #1f6bb8; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1f6bb8; }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #1b7f4f; }
.swagger-ui .opblock.opblock-put .opblock-summary-method { background: #9a5b00; }
.swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #157a72; }
.swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #c22525; }
.swagger-ui .markdown code, .swagger-ui .renderedMarkdown code { color: #6b0fc0; padding: 1px 4px; white-space: nowrap; }
.swagger-ui .auth-container .markdown li, .swagger-ui .auth-container .renderedMarkdown li { font-size: 14px; }
.swagger-ui .response-col_description p, .swagger-ui .auth-container .renderedMarkdown p { font-size: 14px; }
.swagger-ui .microlight .hljs-number, .swagger-ui .microlight span[style*='rgb(211, 99, 99)'] { color: #ff9d9d !important; }
.swagger-ui .json-schema-2020-12-expand-deep-button { color: #505050; }
.swagger-ui .auth-container input[type='text'], .swagger-ui .auth-container input[type='password'] { width: 100%; }
`;

/** How the page in which somebody has signed in tells the one that asked for it, whatever stands between their windows. */
const CHANNEL = 'api-docs-sign-in';

/**
 * Starts Swagger UI. Tokens are kept in the page alone, not where a later visitor would find them. People sign in by authorization code
 * and PKCE; where the page is not at the issuer's address, what comes back could not reach it, and it says so.
 */
export const INITIALIZER = `'use strict';
const place = document.getElementById('swagger-ui');
const { document: source, client, redirect, scopes } = place.dataset;
const ui = SwaggerUIBundle({
  url: new URL(source, document.baseURI).href,
  oauth2RedirectUrl: redirect,
  domNode: place,
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
if (client) {
  ui.initOAuth({ clientId: client, scopes, usePkceWithAuthorizationCodeGrant: true });
  const home = redirect.slice(0, redirect.lastIndexOf('/'));
  const issuer = home.slice(0, home.lastIndexOf('/'));
  if (!document.baseURI.startsWith(home)) {
    const note = Object.assign(document.createElement('p'), { className: 'elsewhere', textContent: 'To sign in here, open ' });
    note.append(Object.assign(document.createElement('a'), { href: home, textContent: home }));
    place.before(note);
  }
  new BroadcastChannel('${CHANNEL}').addEventListener('message', ({ data }) => {
    const asked = window.swaggerUIRedirectOauth2;
    const answer = new URLSearchParams(data);
    if (asked === undefined || answer.get('state') !== asked.state || answer.get('iss') !== issuer) return;
    delete window.swaggerUIRedirectOauth2;
    const { auth, redirectUrl, callback, errCb } = asked;
    delete auth.state;
    if (answer.has('code')) return callback({ auth: { ...auth, code: answer.get('code') }, redirectUrl });
    const message = (answer.get('error') ?? 'no answer') + ': ' + (answer.get('error_description') ?? '');
    errCb({ authId: auth.name, source: 'auth', level: 'error', message });
  });
}
`;

/** Passes what somebody has come back with on to the page that asked. */
export const RETURN_SCRIPT = `'use strict';
new BroadcastChannel('${CHANNEL}').postMessage(location.search);
history.replaceState(null, '', location.pathname);
window.close();
`;

/** The page to which people come back from signing in. */
export const RETURN_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Signed in</title>
<link rel="stylesheet" href="page.css">
<script src="oauth2-redirect.js" defer></script>
</head>
<body>
<main class="elsewhere"><h1>You can close this window</h1><p>The API documentation goes on in the one that you came from.</p></main>
</body>
</html>
`;

/** What differs from one page of documentation to another. */
export interface DocsPage {
  /** From the address of the page to its files: empty, or ending with a slash. */
  readonly folder: string;
  /** From the address of the page to the OpenAPI document. */
  readonly document: string;
  /** How people sign in from it, or null where they cannot. */
  readonly signIn: DocsSignIn | null;
}

/**
 * The page. All of its links are relative, so that it works behind a proxy that takes a prefix away.
 * @param version what stands behind the name of a file, so that it can be cached for good
 */
export function renderPage({ folder, document, signIn }: DocsPage, version: (file: string) => string): string {
  const signingIn =
    signIn === null
      ? ''
      : ` data-client="${signIn.client}" data-redirect="${escapeHtml(signIn.redirectUri)}" data-scopes="${escapeHtml(signIn.scope)}"`;
  const file = (name: string) => `${folder}${name}?v=${version(name)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gatehouse API</title>
<link rel="icon" type="image/png" href="${file('favicon-32x32.png')}">
<link rel="stylesheet" href="${file('swagger-ui.css')}">
<link rel="stylesheet" href="${file('page.css')}">
<script src="${file('swagger-ui-bundle.js')}" defer></script>
<script src="${file('page.js')}" defer></script>
</head>
<body>
<div id="swagger-ui" data-document="${document}"${signingIn}>
<noscript>This page needs JavaScript. Without it, read the <a href="${document}">OpenAPI document</a>.</noscript>
</div>
</body>
</html>
`;
}
