import { decodeJwt } from 'jose';
import { createTestApp, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { aCode, authorizationParameters, authorizationPath, redeemCode, signedIn } from '../support/hand-made-flow';
import { aClient, type TestOAuthClient } from '../support/test-clients';
import { aResourceServer } from '../support/test-resource-servers';

const ARCHIVE = 'https://archive.example.com';

/** A scope that only administrators can have here, and that another resource server knows for everybody. */
const NAMESAKE = 'admin:read';

describe('TOK-08: a scope that only some roles can have, and its namesake at another resource server', () => {
  let app: TestApp;
  let client: TestOAuthClient;
  let own: string;

  beforeAll(async () => {
    app = await createTestApp();
    own = app.settings.tokens.audience;
    expect(own.startsWith(TEST_ISSUER)).toBe(true);
    await app.register('alice');
    await aResourceServer(app, ARCHIVE, [NAMESAKE]);
    client = await aClient(app, { skip_consent: true, scope: `${NAMESAKE} notes:read` });
  });

  afterAll(() => app.close());

  /** What alice's browser brings back for tokens at these resource servers: scope and audience of the token. */
  async function givenAt(...resources: readonly string[]): Promise<readonly [unknown, unknown]> {
    const browser = await signedIn(app, 'alice');
    const parameters = authorizationParameters(client.id, { scope: NAMESAKE });
    await browser.open(
      authorizationPath([...parameters, ...resources.map((resource) => ['resource', resource] as const)]),
    );
    if (browser.path === '/consent') await browser.submit('#allow');
    const code = browser.parameters.get('code');
    if (code === null) return [browser.parameters.get('error'), null];
    const { body } = await redeemCode(app, client, code);
    return [body.scope ?? '', decodeJwt(body.access_token as string).aud];
  }

  it('TOK-08: is not had here by way of the namesake', async () => {
    expect(await givenAt(own)).toEqual(['', own]);
    expect(await givenAt(own, ARCHIVE)).toEqual(['', [own, ARCHIVE]]);
  });

  it('TOK-08: leaves the namesake where it belongs to everybody', async () => {
    expect(await givenAt(ARCHIVE)).toEqual([NAMESAKE, ARCHIVE]);
  });

  it('TOK-08: is not had by a narrower use of what was granted there', async () => {
    const browser = await signedIn(app, 'alice');
    const code = await aCode(browser, client, { scope: `${NAMESAKE} notes:read`, resource: own });
    expect((await redeemCode(app, client, code)).body.scope).toBe('notes:read');
  });
});
