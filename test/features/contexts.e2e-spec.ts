import { ClientProxyFactory, type MicroserviceOptions, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { freePort } from '../support/free-port';
import { LiveSocket } from '../support/live-socket';
import { ContextsModule, FAULT } from './contexts.module';

describe('sockets, resolvers and messages of a feature of this server', () => {
  let app: TestApp;
  let messagePort: number;
  let aliceId: string;
  const log: string[] = [];

  beforeAll(async () => {
    app = await createTestApp({
      features: [ContextsModule],
      env: { LOG_LEVEL: 'error' },
      log: (line) => log.push(line),
    });
    messagePort = await freePort();
    const tcp: MicroserviceOptions = { transport: Transport.TCP, options: { host: '127.0.0.1', port: messagePort } };
    app.app.connectMicroservice<MicroserviceOptions>(tcp, { inheritAppConfig: true });
    await app.app.startAllMicroservices();
    aliceId = (await app.register('alice')).body.id as string;
  });

  afterAll(() => app?.close());

  /** What somebody brings with these scopes. */
  const bearer = async (...scopes: readonly string[]) => {
    const { authorization = '' } = (await app.asUser({ scopes })).headers;
    return { authorization };
  };

  it('lets sockets in and holds each message to its decorators, and closes them when the session ends', async () => {
    expect(await new LiveSocket(app.url, {}).closed).toBe('3000 invalid_token');
    expect(await new LiveSocket(app.url, await bearer('orders:write')).closed).toBe('3003 insufficient_scope');
    const { access_token: token } = (await app.login('alice')).body;
    const live = new LiveSocket(app.url, { authorization: `Bearer ${token}` });
    expect(await live.next()).toEqual({ event: 'ready' });
    expect(await live.ask('place')).toEqual({ event: 'placed', data: { by: aliceId } });
    const reading = new LiveSocket(app.url, await bearer('orders:read'));
    expect(await reading.next()).toEqual({ event: 'ready' });
    expect(await reading.ask('place')).toMatchObject({ event: 'exception', data: { error: 'insufficient_scope' } });
    expect((await app.withToken(token).post('/auth/logout')).status).toBe(204);
    expect(await live.closed).toBe('3000 invalid_token');
    expect((await reading.ask('list')).event).toBe('listed');
    reading.close();
  });

  it('closes resolvers unless a decorator opens them', async () => {
    const query = async (text: string, headers: Readonly<Record<string, string>> = {}) =>
      (await app.post('/graphql', { query: text }, headers)).body as {
        data: unknown;
        errors?: { extensions: object }[];
      };
    expect((await query('{ motto }')).data).toEqual({ motto: 'open' });
    expect((await query('{ me }')).errors?.[0]?.extensions).toMatchObject({ error: 'invalid_token' });
    const { access_token: token } = (await app.login('alice')).body;
    expect((await query('{ me }', { authorization: `Bearer ${token}` })).data).toEqual({ me: aliceId });
    expect((await query('mutation { place }', await bearer('orders:read'))).errors?.[0]?.extensions).toMatchObject({
      error: 'insufficient_scope',
      scope: 'orders:write',
    });
  });

  it('lets a message in that brings a token with the scopes, until the token is taken back', async () => {
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: messagePort },
    });
    const send = (message: unknown) =>
      firstValueFrom(client.send<object>('place', message)).catch((error: unknown) => error);
    const { access_token: token } = (await app.login('alice')).body;
    const message = { authorization: `Bearer ${token}` };
    expect(await send(message)).toEqual({ placedBy: aliceId });
    expect(await send(await bearer('orders:read'))).toMatchObject({ error: 'insufficient_scope' });
    expect(await send({})).toMatchObject({ error: 'invalid_token' });
    await app.withToken(token).post('/auth/logout');
    expect(await send(message)).toMatchObject({ error: 'invalid_token' });
    client.close();
  });

  it('tells clients what they have done wrong, and of its own faults nothing but that there was one', async () => {
    const query = async (text: string) => (await app.post('/graphql', { query: text })).body as { errors: unknown[] };
    expect((await query('{ missing }')).errors).toMatchObject([
      { message: 'There is no such order.', extensions: { error: 'not_found' } },
    ]);
    const broken = await query('{ broken }');
    expect(broken.errors).toMatchObject([{ extensions: { error: 'internal_error' } }]);
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: messagePort },
    });
    const message: unknown = await firstValueFrom(client.send<object>('broken', {})).catch((error: unknown) => error);
    client.close();
    expect(message).toMatchObject({ error: 'internal_error' });
    expect(JSON.stringify([broken, message])).not.toContain(FAULT);
    expect(log.filter((line) => line.includes(FAULT))).toHaveLength(2);
  });

  it('gives its scopes to whoever signs in, and names them in the metadata, as those of routes (RFC 9728 §2)', async () => {
    const scopes = ['orders:read', 'orders:write'];
    expect((await app.login('alice')).body.scope.split(' ')).toEqual(expect.arrayContaining(scopes));
    const { body } = await app.get('/.well-known/oauth-protected-resource');
    expect(body.scopes_supported).toEqual(expect.arrayContaining(scopes));
  });
});
