import * as oauth from 'oauth4webapi';
import { basicHeader, sendForm } from '../support/client-credentials';
import { ForeignApplication } from '../support/code-flow';
import { ChangeFeed } from '../../src/database/change-feed';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { PageBrowser } from '../support/page-browser';
import { recordStatements } from '../support/recorded-statements';
import { aClient, aPublicClient, type TestOAuthClient } from '../support/test-clients';
import { aResourceServer } from '../support/test-resource-servers';

/** More than the points of the smallest leases, and than there are until two of them end together. */
const REQUESTS = 130;
const OFFLINE = 'https://offline.example.com';
const ONLINE = 'https://online.example.com';

describe('what the endpoints for clients cost the database', () => {
  let app: TestApp;
  let service: TestOAuthClient;
  let statements: string[];

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    await aResourceServer(app, OFFLINE, ['files:read'], { introspectionClients: ['service'] });
    await aResourceServer(app, ONLINE, ['mail:read'], { introspectionClients: ['service'], tokenFormat: 'opaque' });
    const scope = 'notes:read files:read mail:read';
    service = await aClient(app, { redirect_uris: [], grant_types: ['client_credentials'], scope }, 'service');
    await followed();
  });

  afterAll(() => app.close());

  beforeEach(() => {
    statements = recordStatements(app);
  });

  afterEach(() => jest.restoreAllMocks());

  const asService = async (path: string, form: Readonly<Record<string, string>>) => {
    const headers = { authorization: basicHeader(service.id, service.secret) };
    const answer = await sendForm(app, path, form, { headers, form: {} });
    expect(answer.status).toBe(200);
    return answer.body as Record<string, string>;
  };
  const tokenFor = async (scope: string) =>
    (await asService('/oauth/token', { grant_type: 'client_credentials', scope })).access_token!;

  /** Waits until the node has read of its own changes: until then it forgets copies once more that it has made since. */
  const followed = () =>
    new Promise<void>((resolve, reject) => {
      const feed = app.resolve(ChangeFeed);
      let told = 0;
      feed.subscribe('test', () => (++told === 2 ? resolve() : undefined));
      app
        .resolve(UnitOfWork)
        .run((transaction) => feed.publish(transaction, 'test', 'told twice'))
        .catch(reject);
    });

  /** The statements of each of many requests. */
  const countEach = async (request: () => Promise<unknown>) => {
    const counts: number[] = [];
    for (let count = 0; count < REQUESTS; count++) {
      statements.length = 0;
      await request();
      counts.push(statements.length);
    }
    return counts;
  };
  const NONE = Array.from({ length: REQUESTS }, () => 0);

  it('client credentials for a JWT, of a client that the node knows: none', async () => {
    await tokenFor('notes:read');
    expect(await countEach(() => tokenFor('notes:read'))).toEqual(NONE);
    expect(await countEach(() => tokenFor('files:read'))).toEqual(NONE);
  });

  it('a guarded route with a token of a client: none', async () => {
    const client = app.withToken(await tokenFor('notes:read'));
    const visit = async () => expect((await client.get('/protected')).status).toBe(200);
    await visit();
    expect(await countEach(visit)).toEqual(NONE);
  });

  it('introspection of a JWT: none; of an opaque token: the one that reads it', async () => {
    const ask = (token: string) => async () =>
      expect((await asService('/oauth/introspect', { token })).active).toBe(true);
    const [jwt, opaque] = [await tokenFor('files:read'), await tokenFor('mail:read')];
    await ask(jwt)();
    expect(await countEach(ask(jwt))).toEqual(NONE);
    expect(await countEach(ask(opaque))).toEqual(NONE.map(() => 1));
  });

  it('the documents and the keys: none', async () => {
    const paths = ['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource', '/jwks.json'];
    for (const path of paths) {
      const read = async () => expect((await app.get(path)).status).toBe(200);
      await read();
      expect([path, await countEach(read)]).toEqual([path, NONE]);
    }
  });

  it('codes that are redeemed at one moment: they share the statements that take them and that find their sessions', async () => {
    const made = await aClient(app);
    const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    const browser = new PageBrowser(app);
    const codes: string[] = [];
    while (codes.length < 8) {
      await browser.open(await application.authorizationUrl({ scope: 'notes:read' }));
      if (browser.path === '/sign-in') await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      if (browser.path === '/consent') await browser.submit('#allow');
      codes.push(browser.parameters.get('code')!);
    }
    statements.length = 0;
    const headers = { authorization: basicHeader(made.id, made.secret) };
    const redeem = (code: string) => {
      const form = { grant_type: 'authorization_code', code, code_verifier: application.verifier };
      return sendForm(app, '/oauth/token', form, { headers, form: {} });
    };
    const answers = await Promise.all([...codes, 'ghc_unknown'].map(redeem));
    expect(answers.map(({ status }) => status)).toEqual([...codes.map(() => 200), 400]);
    for (const shared of [/UPDATE authorization_codes/, /FROM sessions JOIN users/]) {
      expect(statements.filter((sql) => shared.test(sql)).length).toBeLessThan(codes.length);
    }
  });

  it('people who decide at one moment: they share what notes that they have, and what gives the codes', async () => {
    const made = await aClient(app);
    const pending: PageBrowser[] = [];
    for (let person = 0; person < 8; person++) {
      await app.register(`decider${person}`);
      const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
      const browser = await new PageBrowser(app).open(await application.authorizationUrl({ scope: 'notes:read' }));
      pending.push(await browser.submit('#sign-in', { username: `decider${person}`, password: GOOD_PASSWORD }));
    }
    statements.length = 0;
    await Promise.all(pending.map((browser) => browser.submit('#allow')));
    expect(pending.map((browser) => browser.parameters.has('code'))).toEqual(pending.map(() => true));
    for (const shared of [/INSERT INTO used_identifiers/, /FROM consents/]) {
      expect(statements.filter((sql) => shared.test(sql)).length).toBeLessThan(pending.length);
    }
  });

  describe('a refresh at the token endpoint: at most three, the leases of its rate limits included', () => {
    const signedIn = async (made: TestOAuthClient, authentication: oauth.ClientAuth, scope: string) => {
      const application = new ForeignApplication(app, made, authentication);
      const browser = new PageBrowser(app);
      await browser.open(await application.authorizationUrl({ scope }));
      await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      await browser.submit('#allow');
      return { application, token: (await application.redeem(browser)).refresh_token! };
    };

    it.each<[string, { scope?: string; isPublic?: boolean; metadata?: Record<string, unknown> }]>([
      ['of a client with a secret', {}],
      ['of a client without one', { isPublic: true }],
      ['of what outlives the session', { scope: 'notes:read offline_access' }],
      ['where the token does not change', { metadata: { refresh_token_rotation: false } }],
    ])('%s', async (_which, { scope = 'notes:read', isPublic = false, metadata = {} }) => {
      const made = await (isPublic ? aPublicClient(app, metadata) : aClient(app, metadata));
      const authentication = isPublic ? oauth.None() : oauth.ClientSecretBasic(made.secret);
      const { application, token: first } = await signedIn(made, authentication, scope);
      await followed();
      let token = (await application.refresh(first)).refresh_token ?? first;
      const counts = await countEach(async () => {
        token = (await application.refresh(token)).refresh_token ?? token;
      });
      expect(Math.max(...counts)).toBeLessThanOrEqual(3);
      // The leases are for many requests: most need the one that finds the holder and the one that rotates.
      expect(counts.filter((count) => count > 2).length).toBeLessThan(REQUESTS / 4);
    });
  });
});
