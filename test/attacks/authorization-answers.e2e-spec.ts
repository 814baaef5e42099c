import { membersOf } from '../support/authorization-answer';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { authorizationParameters, authorizationPath, FORM, type Pairs, signedIn } from '../support/hand-made-flow';
import { PageBrowser } from '../support/page-browser';
import type { Answer } from '../support/test-client';
import { aClient, aPublicClient, CALLBACK, type TestOAuthClient } from '../support/test-clients';

describe('the answers of the authorization endpoint', () => {
  let app: TestApp;
  let client: TestOAuthClient;
  let native: TestOAuthClient;
  let browser: PageBrowser;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    // Nobody is asked about this client: whatever it may get it gets at once.
    client = await aPublicClient(app, { skip_consent: true });
    native = await aPublicClient(app, { application_type: 'native', redirect_uris: ['http://127.0.0.1/cb'] });
    browser = await signedIn(app, 'alice');
  });

  afterAll(() => app.close());

  const send = (parameters: Pairs): Promise<Answer> => browser.cookies.get(authorizationPath(parameters));
  const ask = (changes: Readonly<Record<string, string>>, by = client) => send(authorizationParameters(by.id, changes));

  function sentBack(answer: Answer): URLSearchParams {
    const location = answer.headers.get('location') ?? '';
    expect([answer.status, location.startsWith(`${CALLBACK}?`)]).toEqual([303, true]);
    return new URL(location).searchParams;
  }

  it.each([
    'token',
    'id_token',
    'id_token token',
    'code token',
    'code id_token',
    'code id_token token',
    'none',
    'CODE',
    'code code',
    'toString',
  ])('RDR-12: knows no response_type=%s (RFC 9700 §2.1.2)', async (response_type) => {
    for (const response_mode of ['query', 'fragment']) {
      const answer = await ask({ response_type, response_mode });
      expect(answer.headers.get('location')).toMatch(
        /^https:\/\/app\.example\.com\/callback[?#]error=unsupported_response_type&.*state=.*&iss=/,
      );
      expect(answer.headers.get('location')).not.toMatch(/access_token|id_token=|[?&#]code=/);
    }
  });

  it('RDR-12: serves no client that is registered without code', async () => {
    const machine = await aClient(app, { grant_types: ['client_credentials'], response_types: [] });
    expect(sentBack(await ask({}, machine)).get('error')).toBe('unauthorized_client');
  });

  it.each(['web_message', 'web_message.jwt', 'none.jwt', 'JWT', 'QUERY', 'toString'])(
    'RDR-17: refuses response_mode=%s, and is honest about what there is; RDR-20: no message is sent to a window',
    async (response_mode) => {
      const answered = sentBack(await ask({ response_mode }));
      expect([answered.get('error'), answered.get('iss')]).toEqual(['invalid_request', TEST_ISSUER]);
      const { body } = await app.get('/.well-known/oauth-authorization-server');
      expect(body.response_modes_supported).toEqual([
        ...['query', 'fragment', 'form_post'],
        ...['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt'],
      ]);
      expect(body).not.toHaveProperty('check_session_iframe');
    },
  );

  it.each(['query', 'fragment', 'form_post'] as const)(
    'RDR-11: names itself in every answer by %s (RFC 9207 §2)',
    async (response_mode) => {
      const stranger = new PageBrowser(app);
      const refused = await signedIn(app, 'alice');
      await refused.open(
        authorizationPath(authorizationParameters(native.id, { redirect_uri: 'http://127.0.0.1:1/cb', response_mode })),
      );
      const answers: readonly (readonly [string, Answer])[] = [
        ['code', await ask({ response_mode })],
        ['invalid_scope', await ask({ response_mode, scope: 'nothing:known' })],
        [
          'login_required',
          await stranger.cookies.get(
            authorizationPath(authorizationParameters(client.id, { prompt: 'none', response_mode })),
          ),
        ],
        ['access_denied', await formOf(refused, '#deny')],
      ];
      const { body } = await app.get('/.well-known/oauth-authorization-server');
      expect([body.issuer, body.authorization_response_iss_parameter_supported]).toEqual([TEST_ISSUER, true]);
      for (const [what, answer] of answers) {
        const members = membersOf(answer);
        expect([what, members.getAll('iss')]).toEqual([what, [TEST_ISSUER]]);
        expect(members.get('error') ?? 'code').toBe(what);
      }
    },
  );

  it.each([
    `"><script>alert(1)</script>`,
    `&quot; onload=alert(1) x="`,
    `</form><form action="https://evil.example">`,
    `'`,
  ])('RDR-15: writes state=%s into the page that posts the answer as a text', async (state) => {
    const answer = await ask({ state, response_mode: 'form_post' });
    expect(membersOf(answer).get('state')).toBe(state);
    expect(answer.text.match(/<form/g)).toHaveLength(1);
    expect(answer.text.match(/<script/g)).toHaveLength(1);
  });

  it('RDR-15: lets the page that posts the answer do that and nothing else (RFC 9700 §4.2.4)', async () => {
    const { headers } = await ask({ response_mode: 'form_post' });
    const policy = headers.get('content-security-policy');
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/]{43}='; form-action https:\/\/app\.example\.com; /,
    );
    expect(policy).toMatch(/base-uri 'none'; frame-ancestors 'none'$/);
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
  });

  it('RDR-14: sends nobody on with the form that holds their password or their decision (RFC 9700 §4.12)', async () => {
    const asked = await new PageBrowser(app).open(
      authorizationPath(authorizationParameters(native.id, { redirect_uri: 'http://127.0.0.1:1/cb' })),
    );
    const answers = [await formOf(asked, '#sign-in', { username: 'alice', password: GOOD_PASSWORD })];
    await asked.open(answers[0]!.headers.get('location')!);
    answers.push(await formOf(asked, '#allow'));
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(answers[1]!.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:1\/cb\?code=/);
  });

  it('RDR-16: tells no other site what stands in its addresses, and loads nothing from any (RFC 9700 §4.2.4)', async () => {
    const links = {
      client_uri: 'https://app.example.com/',
      policy_uri: 'https://app.example.com/p',
      tos_uri: 'https://app.example.com/t',
    };
    const shown = await aPublicClient(app, { ...links, logo_uri: 'https://logos.example/logo' });
    const stranger = new PageBrowser(app);
    const pages = [(await stranger.open(authorizationPath(authorizationParameters(shown.id)))).answer];
    pages.push((await stranger.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD })).answer);
    expect(stranger.path).toBe('/consent');
    pages.push((await stranger.open('/oauth/authorize?client_id=unknown')).answer, await ask({}));
    for (const { headers, text } of pages) {
      expect(['no-referrer', 'same-origin']).toContain(headers.get('referrer-policy'));
      const loaded = [...text.matchAll(/<(?:link|img|script|iframe)[^>]+(?:src|href)="([^"]+)"/g)].map(
        ([, url]) => url!,
      );
      expect(loaded.filter((url) => !url.startsWith(`${TEST_ISSUER}/`) && !/^\/(?!\/)/.test(url))).toEqual([]);
    }
  });
});

/** Presses a button, and stays with the first answer. */
function formOf(
  browser: PageBrowser,
  selector: string,
  filled: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const button = browser.find(selector)!;
  const form = button.closest('form')!;
  const fields = new URLSearchParams();
  for (const input of form.querySelectorAll('input')) {
    const name = input.getAttribute('name') ?? '';
    fields.append(name, filled[name] ?? input.getAttribute('value') ?? '');
  }
  if (button.getAttribute('name')) fields.append(button.getAttribute('name')!, button.getAttribute('value')!);
  const path = form.getAttribute('action')!.slice(TEST_ISSUER.length);
  const headers = { ...FORM, origin: TEST_ISSUER, 'sec-fetch-site': 'same-origin' };
  return browser.cookies.request('POST', path, fields.toString(), headers);
}
