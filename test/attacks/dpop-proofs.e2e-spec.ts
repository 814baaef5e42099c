import { createTestApp, type TestApp } from '../support/create-test-app';
import { RateLimits } from '../../src/rate-limit/rate-limits';
import { type DatabaseRows, openRows } from '../support/database-rows';
import { KeyHolder } from '../support/dpop-proof';
import { CHALLENGE, refusalOf, sendAs } from '../support/hand-made-flow';
import { aClient, aPublicClient, CALLBACK, type TestOAuthClient } from '../support/test-clients';

const LOCALHOST = '127.0.0.1';
const MOST_OF_ADDRESS = 6_000;

type Endpoint = readonly [path: string, form: Readonly<Record<string, string>>];

const ENDPOINTS: readonly [Endpoint, Endpoint] = [
  ['/oauth/token', { grant_type: 'authorization_code', code: 'ghc_x' }],
  [
    '/oauth/par',
    { redirect_uri: CALLBACK, response_type: 'code', code_challenge: CHALLENGE, code_challenge_method: 'S256' },
  ],
];

describe('DOS-05, DOS-06: the proofs that strangers make', () => {
  let app: TestApp;
  let rows: DatabaseRows;
  let key: KeyHolder;
  let stranger: TestOAuthClient;

  beforeEach(async () => {
    app = await createTestApp({ env: { TRUSTED_PROXIES: LOCALHOST } });
    rows = await openRows(app.database);
    key = await KeyHolder.make(app);
    stranger = await aPublicClient(app);
  });

  afterEach(async () => {
    await rows.close();
    await app.close();
  });

  /** Uses up what one address has, but for so many, as another node would. */
  async function leave(points: number): Promise<void> {
    const definition = { name: 'dpop.address', points: MOST_OF_ADDRESS, seconds: 300, lease: MOST_OF_ADDRESS - points };
    const limit = app.resolve(RateLimits).define(definition);
    expect(await limit.consume(LOCALHOST)).toMatchObject({ allowed: true });
  }

  const remembered = async () => (await rows.query('SELECT digest FROM used_identifiers')).length;

  async function send(
    client: TestOAuthClient,
    [path, form]: Endpoint,
    { address = LOCALHOST, claims = {} }: { readonly address?: string; readonly claims?: Record<string, unknown> } = {},
  ) {
    const headers = { 'x-forwarded-for': address, ...(await key.header({ path, claims })) };
    return sendAs(app, client, form, path, headers);
  }

  it.each(ENDPOINTS)(
    'DOS-05: at %s one address leaves no row any more when it has had its share',
    async (...endpoint) => {
      await leave(3);
      const before = await remembered();
      const refusals: unknown[] = [];
      for (let index = 0; index < 6; index++) refusals.push((await send(stranger, endpoint)).body.error);
      expect(refusals.slice(3)).toEqual(Array(3).fill('temporarily_unavailable'));
      expect(refusals.slice(0, 3)).not.toContain('temporarily_unavailable');
      expect((await remembered()) - before).toBe(3);
    },
  );

  it('DOS-05: a share is for each address, comes back, and is not used up by what is refused', async () => {
    const [endpoint] = ENDPOINTS;
    await leave(1);
    for (let index = 0; index < 4; index++) {
      expect(refusalOf(await send(stranger, endpoint, { claims: { iat: 1 } }))).toEqual([400, 'invalid_dpop_proof']);
    }
    expect(refusalOf(await send(stranger, endpoint))).toEqual([400, 'invalid_grant']);
    expect(refusalOf(await send(stranger, endpoint))).toEqual([429, 'temporarily_unavailable']);
    expect(refusalOf(await send(stranger, endpoint, { address: '203.0.113.7' }))).toEqual([400, 'invalid_grant']);
    app.clock.advance(301);
    expect(refusalOf(await send(stranger, endpoint))).toEqual([400, 'invalid_grant']);
  });

  it('DOS-05: whoever has authenticated is served whatever strangers behind the same address have done', async () => {
    await leave(0);
    const known = await aClient(app);
    const [endpoint] = ENDPOINTS;
    expect(refusalOf(await send(stranger, endpoint))).toEqual([429, 'temporarily_unavailable']);
    for (let index = 0; index < 4; index++) {
      expect(refusalOf(await send(known, endpoint))).toEqual([400, 'invalid_grant']);
    }
  });
});
