import * as oauth from 'oauth4webapi';
import { Reader } from '../../../src/database/reader';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { ForeignApplication } from '../../support/code-flow';
import { KeyHolder } from '../../support/dpop-proof';
import { PageBrowser } from '../../support/page-browser';
import { aClient, aPublicClient, type TestOAuthClient } from '../../support/test-clients';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const MACHINE = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };

function asMachine(app: TestApp, { id, secret }: TestOAuthClient, headers: Record<string, string> = {}) {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  return app.post('/oauth/token', 'grant_type=client_credentials', { ...FORM, authorization, ...headers });
}

describe('nonces for proofs (RFC 9449 §8, §9)', () => {
  let app: TestApp;
  let neighbour: TestApp;
  let machine: TestOAuthClient;
  let holder: KeyHolder;

  beforeAll(async () => {
    app = await createTestApp({ env: { DPOP_NONCE: 'required' } });
    neighbour = await createTestApp({ env: { DPOP_NONCE: 'required' }, database: app.database, clock: app.clock });
    machine = await aClient(app, MACHINE);
    holder = await KeyHolder.make(app);
  });

  afterAll(async () => {
    await neighbour.stop();
    await app.close();
  });

  const nonceOf = async (node = app) =>
    (await asMachine(node, machine, await holder.header())).headers.get('dpop-nonce')!;

  it('DPP-07: are demanded by the token endpoint, which says which', async () => {
    const answer = await asMachine(app, machine, await holder.header());
    expect([answer.status, answer.body.error]).toEqual([400, 'use_dpop_nonce']);
    const nonce = answer.headers.get('dpop-nonce')!;
    const granted = await asMachine(app, machine, await holder.header({ nonce }));
    expect([granted.status, granted.body.token_type, granted.headers.get('dpop-nonce')]).toEqual([200, 'DPoP', nonce]);
  });

  it('DPP-07: are demanded by guarded routes, which say which', async () => {
    const nonce = await nonceOf();
    const token = (await asMachine(app, machine, await holder.header({ nonce }))).body.access_token as string;
    const answer = await app.get('/protected', await holder.headers(token));
    expect([answer.status, answer.body.code]).toEqual([401, 'use_dpop_nonce']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP error="use_dpop_nonce"/);
    const fresh = answer.headers.get('dpop-nonce')!;
    const granted = await app.get('/protected', await holder.headers(token, { nonce: fresh }));
    expect([granted.status, granted.headers.get('dpop-nonce')]).toEqual([200, fresh]);
  });

  it('DPP-07: are good on every node, for ten minutes at the most', async () => {
    const nonce = await nonceOf(neighbour);
    expect((await asMachine(app, machine, await holder.header({ nonce }))).status).toBe(200);
    app.clock.advance(300);
    expect((await asMachine(neighbour, machine, await holder.header({ nonce }))).status).toBe(200);
    app.clock.advance(300);
    const late = await asMachine(app, machine, await holder.header({ nonce }));
    expect([late.status, late.body.error]).toEqual([400, 'use_dpop_nonce']);
    expect(late.headers.get('dpop-nonce')).not.toBe(nonce);
  });

  it('DPP-07: cost nothing that stays, however many are made up', async () => {
    const count = async () =>
      (await app.resolve(Reader).query<{ n: number }>('SELECT COUNT(*) AS n FROM used_identifiers', []))[0]!.n;
    const before = Number(await count());
    for (let index = 0; index < 100; index++) {
      const answer = await asMachine(app, machine, await holder.header({ nonce: `made-up-${index}` }));
      expect(answer.body.error).toBe('use_dpop_nonce');
    }
    expect(Number(await count())).toBe(before);
  });

  it('tell the age of a proof better than a clock that is wrong (RFC 9449 §11.1)', async () => {
    const nonce = await nonceOf();
    const iat = Math.floor(app.clock.now() / 1_000) - 86_400;
    expect((await asMachine(app, machine, await holder.header({ nonce, claims: { iat } }))).status).toBe(200);
  });

  it('do not let a proof be used twice, on one node and another', async () => {
    const proof = await holder.header({ nonce: await nonceOf() });
    expect((await asMachine(app, machine, proof)).status).toBe(200);
    for (const node of [neighbour, app]) {
      expect((await asMachine(node, machine, proof)).body.error).toBe('invalid_dpop_proof');
    }
  });

  it('DPP-07: that another server gives are none of this one', async () => {
    const other = await createTestApp({ env: { DPOP_NONCE: 'required' }, clock: app.clock });
    try {
      const elsewhere = await aClient(other, MACHINE);
      const foreign = (await asMachine(other, elsewhere, await holder.header())).headers.get('dpop-nonce')!;
      const answer = await asMachine(app, machine, await holder.header({ nonce: foreign }));
      expect(answer.body.error).toBe('use_dpop_nonce');
    } finally {
      await other.close();
    }
  });

  it('are no hurdle to a client library', async () => {
    await app.register('bob');
    const application = new ForeignApplication(app, await aPublicClient(app), oauth.None(), {
      nodes: [app, neighbour],
    });
    const dpop = oauth.DPoP(application.client, await oauth.generateKeyPair('ES256'));
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope: 'notes:read' }));
    await browser.submit('#sign-in', { username: 'bob', password: GOOD_PASSWORD });
    await browser.submit('#allow');
    // Nothing is used up by a proof that lacks its nonce: the code is good for the second try.
    await expect(application.redeem(browser, {}, dpop)).rejects.toMatchObject({ cause: { error: 'use_dpop_nonce' } });
    const tokens = await application.redeem(browser, {}, dpop);
    const renewed = await application.refresh(tokens.refresh_token!, {}, dpop);
    const url = new URL('http://localhost:3000/notes');
    const options = { ...application.options, DPoP: dpop };
    const notes = await oauth.protectedResourceRequest(renewed.access_token, 'GET', url, new Headers(), null, options);
    expect(notes.status).toBe(200);
  });
});

describe('nonces that are not demanded', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });

  afterAll(() => app.close());

  it('are offered with each answer to a proof, and have to be good where they are used', async () => {
    const machine = await aClient(app, MACHINE);
    const holder = await KeyHolder.make(app);
    const granted = await asMachine(app, machine, await holder.header());
    const nonce = granted.headers.get('dpop-nonce')!;
    expect([granted.status, nonce]).toEqual([200, expect.stringMatching(/^[\w-]{24}$/)]);
    expect((await asMachine(app, machine, await holder.header({ nonce }))).status).toBe(200);
    const refused = await asMachine(app, machine, await holder.header({ nonce: 'another' }));
    expect([refused.body.error, refused.headers.get('dpop-nonce')]).toEqual(['use_dpop_nonce', nonce]);
    expect((await asMachine(app, machine)).headers.get('dpop-nonce')).toBeNull();
  });
});

describe('proof of possession that is switched off', () => {
  it('is not there: no metadata, no bound token, no scheme', async () => {
    const app = await createTestApp({ env: { OAUTH_FEATURES: '-dpop' } });
    try {
      for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource']) {
        expect((await app.get(path)).text).not.toContain('dpop');
      }
      const machine = await aClient(app, MACHINE);
      const holder = await KeyHolder.make(app);
      const { body, headers } = await asMachine(app, machine, await holder.header());
      expect([body.token_type, headers.get('dpop-nonce')]).toEqual(['Bearer', null]);
      const answer = await app.get('/protected', await holder.headers(body.access_token));
      expect([answer.status, answer.body.code]).toEqual([401, 'missing_token']);
      const bound = await aClient(app, { ...MACHINE, dpop_bound_access_tokens: true });
      expect((await asMachine(app, bound, await holder.header())).body.error).toBe('invalid_dpop_proof');
    } finally {
      await app.close();
    }
  });
});
