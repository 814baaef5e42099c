import { decodeJwt } from 'jose';
import { ClientRegistrations } from '../../src/oauth/client-registration/client-registrations';
import { ResourceServerRegistrations } from '../../src/oauth/resource-indicators/resource-server-registrations';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { DEVICE_GRANT, enterCode } from '../support/device-flow';
import {
  authorizationParameters,
  authorizationPath,
  redeemCode,
  refreshAs,
  refusalOf,
  sendAs,
  signedIn,
} from '../support/hand-made-flow';
import { PageBrowser } from '../support/page-browser';
import { aPublicClient, CALLBACK, type TestOAuthClient } from '../support/test-clients';
import { aResourceServer } from '../support/test-resource-servers';

const BY = { address: null, requestId: null, by: 'test' };
const METADATA = {
  client_name: 'Photo Printer',
  redirect_uris: [CALLBACK],
  grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
  token_endpoint_auth_method: 'none',
  skip_consent: true,
};

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
}

/** How what was granted at two resource servers stops being had at one of them. */
const WITHDRAWALS = ['is removed', 'is not for the client any more'] as const;

describe('RFR-08: a resource server that a grant is for', () => {
  let app: TestApp;
  let client: TestOAuthClient;
  let alice: PageBrowser;
  let photos: string;
  let prints: string;
  let count = 0;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    alice = await signedIn(app, 'alice');
  });

  afterAll(() => app.close());

  beforeEach(async () => {
    count += 1;
    [photos, prints] = [`https://photos-${count}.example.com`, `https://prints-${count}.example.com`];
    await aResourceServer(app, photos, [`photos-${count}:read`], { tokenFormat: 'opaque' });
    await aResourceServer(app, prints, [`prints-${count}:read`]);
    client = await aPublicClient(app, { ...METADATA, scope: bothScopes() });
  });

  const bothScopes = () => `photos-${count}:read prints-${count}:read`;

  async function withdraw(how: (typeof WITHDRAWALS)[number]): Promise<void> {
    if (how === 'is removed') {
      expect(await app.resolve(ResourceServerRegistrations).remove(photos, 1, BY)).toEqual({ outcome: 'removed' });
    } else {
      const metadata = { ...METADATA, scope: `prints-${count}:read` };
      expect((await app.resolve(ClientRegistrations).change(client.id, metadata, null, BY)).outcome).toBe('done');
    }
  }

  /** The code for a grant at these resource servers. */
  async function codeFor(scope: string, ...resources: readonly string[]): Promise<string> {
    const named = resources.map((resource) => ['resource', resource] as const);
    const path = authorizationPath([...authorizationParameters(client.id, { scope }), ...named]);
    return (await alice.open(path)).parameters.get('code')!;
  }

  const forBoth = () => codeFor(bothScopes(), photos, prints);

  const refresh = (token: string, changes = {}) => refreshAs(app, client, token, changes);

  const audienceOf = ({ access_token: token }: Tokens) => decodeJwt(token).aud;

  it.each(WITHDRAWALS)('RFR-08: gets no further token when it %s (RFC 8707 §2.2)', async (how) => {
    const code = await codeFor(`photos-${count}:read`, photos);
    const { refresh_token: token } = (await redeemCode(app, client, code)).body as Tokens;
    await withdraw(how);
    expect(refusalOf(await refresh(token))).toEqual([400, 'invalid_target']);
    expect(refusalOf(await refresh(token, { resource: photos }))).toEqual([400, 'invalid_target']);
  });

  it.each(WITHDRAWALS)('RFR-08: gets none for a code either when it %s', async (how) => {
    const [alone, both] = [await codeFor(`photos-${count}:read`, photos), await forBoth()];
    await withdraw(how);
    expect(refusalOf(await redeemCode(app, client, alone))).toEqual([400, 'invalid_target']);
    const tokens = (await redeemCode(app, client, both)).body as Tokens;
    expect([audienceOf(tokens), tokens.scope]).toEqual([prints, `prints-${count}:read`]);
  });

  it.each(WITHDRAWALS)('RFR-08: gets none for a device that was let in when it %s', async (how) => {
    const begun = await sendAs(app, client, { scope: `photos-${count}:read` }, '/oauth/device_authorization');
    const codes = begun.body as { readonly device_code: string; readonly user_code: string };
    await (await enterCode(new PageBrowser(app), codes.user_code, 'alice')).submit('#allow');
    await withdraw(how);
    const polled = await sendAs(app, client, { grant_type: DEVICE_GRANT, device_code: codes.device_code });
    expect(refusalOf(polled)).toEqual([400, 'invalid_target']);
  });

  it.each(WITHDRAWALS)('RFR-08: is left out of what the others get when it %s, and refused by name', async (how) => {
    const first = (await redeemCode(app, client, await forBoth(), { resource: prints })).body as Tokens;
    // One token for both cannot be while the tokens of one are of their own kind.
    expect(refusalOf(await refresh(first.refresh_token))).toEqual([400, 'invalid_target']);
    await withdraw(how);
    const left = (await refresh(first.refresh_token)).body as Tokens;
    expect([audienceOf(left), left.scope]).toEqual([prints, `prints-${count}:read`]);
    expect(refusalOf(await refresh(left.refresh_token, { resource: photos }))).toEqual([400, 'invalid_target']);
    expect((await refresh(left.refresh_token)).status).toBe(200);
  });
});
