import { basicHeader, sendForm } from '../support/client-credentials';
import { KeyHolder } from '../support/dpop-proof';
import { changeResourceServer, type Issuer, LEDGER, machineToken, ORDERS, startIssuer } from './issuer';
import { ServiceProcess } from './service-process';

/** Seconds, as the service is told. */
const CACHE_FOR = 20;

describe('a resource server that asks the issuer about tokens (RFC 7662)', () => {
  let issuer: Issuer;
  let ledger: ServiceProcess;

  beforeAll(async () => {
    issuer = await startIssuer();
    const { id: clientId, secret: clientSecret } = issuer.ledgerClient;
    const introspection = { clientId, clientSecret, jwtToo: true, cacheFor: CACHE_FOR };
    const options = { issuer: issuer.settings.issuer, audience: LEDGER, introspection };
    ledger = await ServiceProcess.start('orders/main.ts', options, issuer.clock.now());
  });

  afterAll(async () => {
    await ledger.stop();
    await issuer.close();
  });

  const pass = async (seconds: number) => {
    issuer.clock.advance(seconds);
    await ledger.advance(seconds);
  };
  const revoke = async (token: string) => {
    const headers = { authorization: basicHeader(issuer.machine.id, issuer.machine.secret) };
    expect((await sendForm(issuer, '/oauth/revoke', { token }, { headers, form: {} })).status).toBe(200);
  };
  const outcome = async (token: string) => (await ledger.withToken(token).get('/orders')).body.code ?? 'good';

  it('knows opaque tokens by their answers, and holds them to its decorators', async () => {
    const token = await machineToken(issuer, { resource: LEDGER });
    expect(token).toMatch(/^gha_/);
    const answer = await ledger.withToken(token).get('/orders');
    expect([answer.status, answer.body.sub, answer.body.scope]).toEqual([200, issuer.machine.id, 'orders:read']);
    expect((await ledger.withToken(token).post('/orders')).body.code).toBe('insufficient_scope');
    expect(await outcome(`${token}A`)).toBe('invalid_token');
    await pass(issuer.settings.tokens.accessTokenLifetime + 5);
    expect(await outcome(token)).toBe('invalid_token');
  });

  it('refuses a token for another resource server', async () => {
    await changeResourceServer(issuer, ORDERS, {
      tokenFormat: 'opaque',
      introspectionClients: [issuer.ledgerClient.id],
    });
    expect(await outcome(await machineToken(issuer, { resource: ORDERS }))).toBe('invalid_token');
  });

  it('wants a proof of the key that an opaque token is bound to (RFC 9449 §6.2)', async () => {
    const holder = await KeyHolder.make(issuer);
    const token = await machineToken(issuer, { resource: LEDGER }, holder);
    expect(await outcome(token)).toBe('invalid_token');
    const headers = await holder.headers(token, { claims: { htu: `${LEDGER}/orders` } });
    expect((await ledger.get('/orders', headers)).status).toBe(200);
  });

  it.each(['opaque', 'jwt'] as const)(
    'sees the revocation of a token that is %s, when its answer is old',
    async (format) => {
      await changeResourceServer(issuer, LEDGER, { tokenFormat: format });
      const token = await machineToken(issuer, { resource: LEDGER });
      expect(token.startsWith('gha_')).toBe(format === 'opaque');
      expect(await outcome(token)).toBe('good');
      await revoke(token);
      await pass(CACHE_FOR - 1);
      expect(await outcome(token)).toBe('good');
      await pass(1);
      expect(await outcome(token)).toBe('invalid_token');
    },
  );

  it('lets nobody in whom the issuer does not vouch for any more: it is away', async () => {
    const jwt = await machineToken(issuer, { resource: LEDGER });
    await changeResourceServer(issuer, LEDGER, { tokenFormat: 'opaque' });
    const opaque = await machineToken(issuer, { resource: LEDGER });
    for (const token of [jwt, opaque]) expect(await outcome(token)).toBe('good');
    await issuer.stop();
    for (const token of [jwt, opaque]) expect(await outcome(token)).toBe('good');
    await pass(CACHE_FOR);
    for (const token of [jwt, opaque]) expect(await outcome(token)).toBe('temporarily_unavailable');
  });
});
