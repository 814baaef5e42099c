import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import { DescribeScopes } from '../../../src/auth/describe-scopes.decorator';
import { RequireScopes } from '../../../src/auth/require-scopes.decorator';
import { Reader } from '../../../src/database/reader';
import { appsOfEachTest } from '../../support/apps-of-each-test';
import { aDescribedApplication, aDocument, arrive, DOCUMENT, publish } from '../../support/client-documents';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { DEVICE_GRANT, enterCode, ForeignDevice } from '../../support/device-flow';
import { PageBrowser } from '../../support/page-browser';
import { StrangersWeb } from '../../support/strangers-web';

@DescribeScopes({
  'vault:open': { description: 'Open the vault', roles: ['admin'] },
  roles: 'Know your roles',
})
@Controller('vault')
class VaultController {
  @Get()
  @RequireScopes('vault:open')
  open(): object {
    return {};
  }
}

/** A feature with a scope that needs a role, and with the one that gives a token the roles of its person. */
@Module({ controllers: [VaultController] })
class VaultModule {}

describe('an application that describes itself in a document', () => {
  let app: TestApp;
  let web: StrangersWeb;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    app = await createTestApp({ network: web, features: [VaultModule] });
    await app.register('alice');
    publish(web);
  });

  afterAll(async () => {
    await app.close();
    await web.close();
  });

  const clientsIn = (node = app) =>
    node.resolve(Reader).query<{ id: string }>(`SELECT id FROM clients WHERE origin = 'document'`);

  it('is invited by the metadata (draft §6)', async () => {
    const { body } = await app.get('/.well-known/oauth-authorization-server');
    expect(body.client_id_metadata_document_supported).toBe(true);
    expect(body.token_endpoint_auth_methods_supported).toContain('none');
  });

  it('is shown by its host, asks, and is given what the person lets it have', async () => {
    const agent = aDescribedApplication(app);
    const browser = new PageBrowser(app);
    await browser.open(await agent.authorizationUrl({ scope: 'notes:read notes:write' }));
    expect(browser.text).toContain('Helpful Agent (agent.example)');
    await arrive(app, agent, { scope: 'notes:read notes:write' }, browser);
    expect([browser.path, browser.heading]).toEqual(['/consent', 'agent.example']);
    expect(browser.find('#client-host')?.textContent).toBe('agent.example');
    expect(browser.find('#claimed-name')?.textContent).toBe('Helpful Agent');
    expect(browser.text).toContain('nobody at Gatehouse has checked');
    expect(await clientsIn()).toEqual([]);
    await browser.submit('#allow');
    const tokens = await agent.redeem(browser);
    expect(tokens.scope).toBe('notes:read notes:write');
    expect((await app.withToken(tokens.access_token).get('/notes')).status).toBe(200);
    expect((await app.withToken((await agent.refresh(tokens.refresh_token!)).access_token).get('/notes')).status).toBe(
      200,
    );
    expect(await clientsIn()).toEqual([{ id: DOCUMENT }]);
    await browser.open('/account');
    expect(browser.text).toContain('Helpful Agent (agent.example)');
  });

  it('is remembered once it was let in, under this very address and no other', async () => {
    publish(web, {}, {}, 'https://agent.example/oauth/other.json');
    const browser = await arrive(app, aDescribedApplication(app));
    expect(browser.isAway).toBe(true);
    const other = aDescribedApplication(app, 'https://agent.example/oauth/other.json');
    await arrive(app, other, {}, browser);
    expect([browser.path, browser.heading]).toEqual(['/consent', 'agent.example']);
  });

  it('is fetched once for many who come at the same time, and once for the whole way', async () => {
    const id = 'https://busy.example/client.json';
    publish(web, {}, {}, id);
    const agent = aDescribedApplication(app, id);
    const url = (await agent.authorizationUrl()).replace('http://localhost:3000', '');
    const answers = await Promise.all(Array.from({ length: 200 }, () => app.get(url)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    const browser = await arrive(app, agent);
    await browser.submit('#allow');
    await agent.redeem(browser);
    expect(web.count(id)).toBe(1);
  });

  it('can have a key of its own, and then must use it (draft §8.2)', async () => {
    const id = 'https://keyed.example/client.json';
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    web.json('https://keyed.example/keys.json', { keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] });
    const method = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://keyed.example/keys.json' };
    publish(web, method, {}, id);
    const authentication = oauth.PrivateKeyJwt(
      { key: privateKey, kid: 'k' },
      {
        [oauth.modifyAssertion]: (_header, payload) => {
          const now = Math.floor(app.clock.now() / 1_000);
          Object.assign(payload, { iat: now, nbf: now, exp: now + 60 });
        },
      },
    );
    const agent = aDescribedApplication(app, id, { authentication });
    const browser = await arrive(app, agent);
    await browser.submit('#allow');
    const tokens = await agent.redeem(browser);
    const pretender = aDescribedApplication(app, id);
    await expect(pretender.refresh(tokens.refresh_token!)).rejects.toMatchObject({ error: 'invalid_client' });
    expect((await agent.refresh(tokens.refresh_token!)).scope).toBe('notes:read');
  });

  it('on a device is asked about each time, and people are warned (RFC 8252 §8.6)', async () => {
    const id = 'https://desktop.example/client.json';
    publish(web, { redirect_uris: ['http://127.0.0.1/cb'], application_type: 'native' }, {}, id);
    const agent = aDescribedApplication(app, id, { redirectUri: 'http://127.0.0.1:50123/cb' });
    const browser = await arrive(app, agent);
    expect(browser.text).toContain('Any program on your device can pass for it');
    await browser.submit('#allow');
    await agent.redeem(browser);
    await arrive(app, agent, {}, browser);
    expect(browser.path).toBe('/consent');
  });

  it('waits on a device for its person, who is shown its host too (RFC 8628)', async () => {
    const id = 'https://television.example/client.json';
    publish(web, { redirect_uris: [], grant_types: [DEVICE_GRANT], client_name: 'Television' }, {}, id);
    const television = new ForeignDevice(app, { id, secret: '' });
    const codes = await television.begin({ scope: 'notes:read' });
    const browser = await enterCode(new PageBrowser(app), codes.user_code, 'alice');
    expect([browser.path, browser.heading]).toEqual(['/device', 'television.example']);
    expect(browser.find('#claimed-name')?.textContent).toBe('Television');
    await browser.submit('#allow');
    expect(browser.text).toContain('Television (television.example) is let in');
    expect((await television.poll(codes)).scope).toBe('notes:read');
    const sql = 'SELECT expires_at FROM clients WHERE id = ?';
    const [row] = await app.resolve(Reader).query<{ expires_at: number }>(sql, [id]);
    expect(Number(row?.expires_at)).toBeGreaterThan(app.clock.now() + 89 * 86_400_000);
  });

  it('may ask for whatever anybody may have where its document names no scopes, and for nothing that needs a role', async () => {
    const id = 'https://open.example/client.json';
    publish(web, { scope: undefined }, {}, id);
    const agent = aDescribedApplication(app, id);
    const browser = await arrive(app, agent, { scope: 'notes:read offline_access' });
    expect(browser.path).toBe('/consent');
    publish(web, { scope: 'vault:open roles notes:read' }, {}, 'https://greedy.example/client.json');
    for (const application of [agent, aDescribedApplication(app, 'https://greedy.example/client.json')]) {
      for (const scope of ['vault:open', 'roles', 'account', 'nothing']) {
        const refused = await arrive(app, application, { scope }, browser);
        expect([scope, refused.parameters.get('error')]).toEqual([scope, 'invalid_scope']);
      }
    }
  });

  it('TOK-06: does not act for itself, nor with the tokens of others, whatever its document says', async () => {
    const id = 'https://selfish.example/client.json';
    const pair = await generateKeyPair('ES256');
    const grant_types = [
      ...['authorization_code', 'client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ];
    const jwks = { keys: [await exportJWK(pair.publicKey)] };
    publish(web, { grant_types, token_endpoint_auth_method: 'private_key_jwt', jwks }, {}, id);
    const server = await aDescribedApplication(app, id).discover();
    const skew = Math.round((app.clock.now() - Date.now()) / 1_000);
    const self = { client_id: id, [oauth.clockSkew]: skew };
    const authentication = oauth.PrivateKeyJwt(pair.privateKey);
    const { options } = aDescribedApplication(app, id);
    const answer = await oauth.clientCredentialsGrantRequest(server, self, authentication, {}, options);
    await expect(oauth.processClientCredentialsResponse(server, self, answer)).rejects.toMatchObject({
      error: 'unauthorized_client',
    });
  });

  it('DOS-06: leaves nothing behind where nobody has let it have anything', async () => {
    const before = (await clientsIn()).length;
    for (let number = 0; number < 20; number++) {
      const id = `https://many.example/${number}.json`;
      publish(web, {}, {}, id);
      const url = await aDescribedApplication(app, id).authorizationUrl({ prompt: 'none' });
      const answer = await app.get(url.replace('http://localhost:3000', ''));
      expect(answer.status).toBe(400);
    }
    expect(await clientsIn()).toHaveLength(before);
  });

  it('DOS-06: is kept for a day where it comes by itself, and one address does not bring them without end', async () => {
    const statuses: number[] = [];
    for (let number = 0; number < 70; number++) {
      const id = `https://h${number}.example/client.json`;
      publish(web, {}, {}, id);
      const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x', client_id: id }).toString();
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      statuses.push((await app.post('/oauth/token', form, type)).status);
    }
    expect([statuses.slice(0, 50), statuses.at(-1)]).toEqual([Array(50).fill(400), 429]);
    const sql = `SELECT MAX(expires_at) AS latest FROM clients WHERE id LIKE 'https://h%.example/client.json'`;
    const [row] = await app.resolve(Reader).query<{ latest: number }>(sql);
    expect(Number(row?.latest)).toBeLessThanOrEqual(app.clock.now() + 86_400_000);
  });
});

describe('documents', () => {
  const start = appsOfEachTest();

  it('describe nobody where the feature is off: no metadata, no client, no fetch, whatever was kept', async () => {
    const web = await StrangersWeb.open();
    publish(web);
    const on = await start({ network: web });
    await on.register('alice');
    const agent = aDescribedApplication(on);
    await (await arrive(on, agent)).submit('#allow');
    const off = await start({
      network: web,
      database: on.database,
      clock: on.clock,
      env: { OAUTH_FEATURES: '-client_id_metadata_documents' },
    });
    const fetched = web.requests.length;
    const { body } = await off.get('/.well-known/oauth-authorization-server');
    expect(body.client_id_metadata_document_supported).toBeUndefined();
    const browser = await new PageBrowser(off).open(await agent.authorizationUrl());
    expect([browser.answer.status, browser.heading]).toEqual([400, 'This request cannot be answered']);
    expect(web.requests).toHaveLength(fetched);
    await web.close();
  });

  it('can be on the developer’s own machine by an explicit setting', async () => {
    const server = createServer((request, response) => {
      const id = `http://localhost:${(server.address() as AddressInfo).port}${request.url}`;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(aDocument({}, id)));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const id = `http://localhost:${(server.address() as AddressInfo).port}/client.json`;
    const app = await start({ env: { OUTBOUND_LOOPBACK: 'on' } });
    await app.register('alice');
    const agent = aDescribedApplication(app, id);
    const browser = await arrive(app, agent);
    expect(browser.heading).toBe(new URL(id).host);
    await browser.submit('#allow');
    expect((await agent.redeem(browser)).scope).toBe('notes:read');
    const strict = await start();
    expect((await new PageBrowser(strict).open(await agent.authorizationUrl())).answer.status).toBe(400);
    await new Promise((closed) => server.close(closed));
  });
});
