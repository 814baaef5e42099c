import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { KeyHolder } from '../support/dpop-proof';
import { LiveSocket } from '../support/live-socket';
import { type Issuer, machineToken, ORDERS, startIssuer } from './issuer';
import { freePort, ServiceProcess } from './service-process';

describe('the guard of a resource server before sockets, resolvers and messages', () => {
  let issuer: Issuer;
  let service: ServiceProcess;
  let messagePort: number;

  beforeAll(async () => {
    issuer = await startIssuer();
    messagePort = await freePort();
    const options = { issuer: issuer.settings.issuer, audience: ORDERS, messagePort };
    service = await ServiceProcess.start('contexts/main.ts', options, issuer.clock.now());
  });

  afterAll(async () => {
    await service.stop();
    await issuer.close();
  });

  it('comes with the database where AuthModule is imported, which a resource server need not do', () => {
    expect(service.databasePackages).toContain('typeorm');
  });

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const pass = async (seconds: number) => {
    issuer.clock.advance(seconds);
    await service.advance(seconds);
  };

  describe('WebSockets', () => {
    class Live extends LiveSocket {
      constructor(headers: Readonly<Record<string, string>>, path?: string) {
        super(service.url, headers, path);
      }
    }

    it('let in at the handshake whoever has the scopes, and hold each message to its decorators', async () => {
      const live = new Live(bearer(await machineToken(issuer)));
      expect(await live.next()).toEqual({ event: 'ready' });
      expect(await live.ask('list')).toEqual({ event: 'listed', data: { for: issuer.machine.id } });
      expect(await live.ask('place')).toEqual({
        event: 'exception',
        data: expect.objectContaining({ error: 'insufficient_scope', scope: 'orders:read orders:write' }),
      });
      live.close();
    });

    it('are closed for others', async () => {
      const token = await machineToken(issuer);
      expect(await new Live({}).closed).toBe('3000 invalid_token');
      expect(await new Live(bearer('x')).closed).toBe('3000 invalid_token');
      expect(await new Live(bearer(token), `/live?access_token=${token}`).closed).toBe('3000 invalid_request');
      const writer = await machineToken(issuer, { scope: 'orders:write' });
      expect(await new Live(bearer(writer)).closed).toBe('3003 insufficient_scope');
    });

    it('are closed when the token ends', async () => {
      const live = new Live(bearer(await machineToken(issuer)));
      await live.next();
      await pass(issuer.settings.tokens.accessTokenLifetime + 5);
      expect(await live.closed).toBe('3000 invalid_token');
    });

    it('take one proof, at the handshake, for all messages (RFC 9449 §7)', async () => {
      const holder = await KeyHolder.make(issuer);
      const token = await machineToken(issuer, {}, holder);
      expect(await new Live({ authorization: `DPoP ${token}` }).closed).toBe('3000 invalid_dpop_proof');
      const headers = await holder.headers(token, { claims: { htu: `${ORDERS}/live` } });
      const live = new Live(headers);
      expect(await live.next()).toEqual({ event: 'ready' });
      for (let turn = 0; turn < 2; turn++) expect((await live.ask('list')).event).toBe('listed');
      expect(await new Live(headers).closed).toBe('3000 invalid_dpop_proof');
      live.close();
    });
  });

  describe('GraphQL resolvers', () => {
    const query = async (text: string, headers: Readonly<Record<string, string>> = {}) =>
      (await service.post('/graphql', { query: text }, headers)).body as {
        data: unknown;
        errors?: { extensions: object }[];
      };

    it('are closed unless a decorator opens them, and know who asks', async () => {
      expect((await query('{ motto }')).data).toEqual({ motto: 'open' });
      expect((await query('{ me }')).errors?.[0]?.extensions).toMatchObject({ error: 'invalid_token' });
      const reader = bearer(await machineToken(issuer));
      expect((await query('{ me motto }', reader)).data).toEqual({ me: issuer.machine.id, motto: 'open' });
      expect((await query('mutation { place }', reader)).errors?.[0]?.extensions).toMatchObject({
        error: 'insufficient_scope',
        scope: 'orders:write',
      });
    });

    it('have their scopes in the metadata of the service (RFC 9728 §2)', async () => {
      const { scopes_supported: scopes } = (await service.get('/.well-known/oauth-protected-resource')).body as {
        scopes_supported: string[];
      };
      expect(scopes).toEqual(['orders:read', 'orders:write']);
    });

    it('take one proof for all fields of a request (RFC 9449 §7)', async () => {
      const holder = await KeyHolder.make(issuer);
      const token = await machineToken(issuer, {}, holder);
      const claims = { htu: `${ORDERS}/graphql`, htm: 'POST' };
      const headers = await holder.headers(token, { claims });
      expect((await query('{ me again: me }', headers)).data).toEqual({
        me: issuer.machine.id,
        again: issuer.machine.id,
      });
      expect((await query('{ me }', headers)).errors?.[0]?.extensions).toMatchObject({ error: 'invalid_dpop_proof' });
    });
  });

  it('lets a message in that brings a token with the scopes, and refuses others with the reason', async () => {
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: messagePort },
    });
    const send = (message: unknown) =>
      firstValueFrom(client.send<object>('place', message)).catch((error: unknown) => error);
    const writer = await machineToken(issuer, { scope: 'orders:write' });
    expect(await send(bearer(writer))).toEqual({ placedBy: issuer.machine.id });
    expect(await send(bearer(await machineToken(issuer)))).toMatchObject({
      error: 'insufficient_scope',
      scope: 'orders:write',
    });
    const bound = await machineToken(issuer, { scope: 'orders:write' }, await KeyHolder.make(issuer));
    const bad = ['text', {}, { authorization: [`Bearer ${writer}`] }, { authorization: `DPoP ${bound}` }];
    for (const message of bad) expect(await send(message)).toMatchObject({ error: 'invalid_token' });
    client.close();
  });
});
