/**
 * The sign-in and consent pages that oidc-provider leaves to whoever uses it, as the example of its documentation builds them: the page
 * that a prompt asks for, and one route for each form. Everybody may sign in, with any password; the pages hold nothing but their forms.
 */
export function interactions(provider) {
  return async (request, response) => {
    try {
      const { pathname } = new URL(request.url, 'http://localhost');
      const details = await provider.interactionDetails(request, response);
      if (request.method === 'GET') return show(details, response);
      const fields = new URLSearchParams(await bodyOf(request));
      const isLogin = pathname.endsWith('/login');
      const result = isLogin ? { login: { accountId: fields.get('username') } } : await consent(provider, details);
      await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: !isLogin });
    } catch (error) {
      response.writeHead(500).end(error.stack);
    }
  };
}

function show({ uid, prompt }, response) {
  const form =
    prompt.name === 'login'
      ? `<form method="post" action="/interaction/${uid}/login"><input name="username"><input name="password" type="password"><button>Sign in</button></form>`
      : `<form method="post" action="/interaction/${uid}/confirm"><button>Continue</button></form>`;
  response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>Bench</title>${form}`);
}

async function consent(provider, { grantId, params, prompt: { details }, session: { accountId } }) {
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId, clientId: params.client_id });
  if (details.missingOIDCScope) grant.addOIDCScope(details.missingOIDCScope.join(' '));
  if (details.missingOIDCClaims) grant.addOIDCClaims(details.missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(details.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  const saved = await grant.save();
  return { consent: grantId ? {} : { grantId: saved } };
}

async function bodyOf(request) {
  let body = '';
  for await (const piece of request) body += piece;
  return body;
}
