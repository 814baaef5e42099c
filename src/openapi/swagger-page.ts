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

/** Starts Swagger UI. Tokens are kept in the page alone, not where a later visitor would find them. */
export const INITIALIZER = `'use strict';
const place = document.getElementById('swagger-ui');
SwaggerUIBundle({
  url: new URL(place.dataset.document, document.baseURI).href,
  domNode: place,
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/**
 * The page. All of its links are relative, so that it works behind a proxy that takes a prefix away.
 * @param folder from the address of the page to its files: empty, or ending with a slash
 * @param document from the address of the page to the OpenAPI document
 * @param version what stands behind the name of a file, so that it can be cached for good
 */
export function renderPage(folder: string, document: string, version: (file: string) => string): string {
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
<div id="swagger-ui" data-document="${document}">
<noscript>This page needs JavaScript. Without it, read the <a href="${document}">OpenAPI document</a>.</noscript>
</div>
</body>
</html>
`;
}
