import { Agent, get, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fastify, type FastifyInstance } from 'fastify';
import { HttpServers } from './http-servers';

/** Milliseconds that requests under way are given: more than any machine needs for those of these tests. */
const GRACE = 15_000;

async function start(grace = GRACE): Promise<{ app: FastifyInstance; servers: HttpServers; url: string }> {
  const servers = new HttpServers('http://localhost:3000', null, grace);
  const app = fastify({ serverFactory: (listener) => servers.create(listener), return503OnClosing: false });
  servers.follow(app);
  app.get('/', () => 'now');
  app.get('/slow', async () => pause(300, 'slow'));
  app.get('/hung', () => new Promise(() => undefined));
  const { port } = await servers.listen('127.0.0.1', 0, async (host, port) => {
    await app.listen({ host, port });
    return app.server;
  });
  return { app, servers, url: `http://127.0.0.1:${port}` };
}

function read(url: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, agent === undefined ? {} : { agent }, (answer: IncomingMessage) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve(text));
      answer.on('error', reject);
    }).on('error', reject);
  });
}

describe('the servers of an application', () => {
  it('finish the requests in flight before they stop, and take no new connection', async () => {
    const { app, url } = await start();
    const slow = read(`${url}/slow`);
    await pause(50);
    const closed = app.close();
    await pause(50);
    await expect(read(url)).rejects.toThrow('ECONNREFUSED');
    await expect(slow).resolves.toBe('slow');
    await closed;
  });

  it('do not wait for connections that are kept alive', async () => {
    const { app, url } = await start();
    const agent = new Agent({ keepAlive: true });
    await read(url, agent);
    const slow = read(`${url}/slow`, agent);
    await pause(50);
    const begun = performance.now();
    await app.close();
    expect(performance.now() - begun).toBeLessThan(GRACE);
    await expect(slow).resolves.toBe('slow');
    agent.destroy();
  });

  it('cut what hangs when its time is up', async () => {
    const { app, url } = await start(200);
    const hung = read(`${url}/hung`);
    const ended = expect(hung).rejects.toThrow();
    await pause(50);
    await app.close();
    await ended;
  });

  it('listen on every address of localhost', async () => {
    const servers = new HttpServers('http://localhost:3000');
    const app = fastify({ serverFactory: (listener) => servers.create(listener) });
    servers.follow(app);
    app.get('/', () => 'now');
    const { port } = await servers.listen('localhost', 0, async (host, free) => {
      await app.listen({ host, port: free });
      return app.server;
    });
    await expect(read(`http://localhost:${port}/`)).resolves.toBe('now');
    await expect(read(`http://127.0.0.1:${port}/`)).resolves.toBe('now');
    await app.close();
    await expect(read(`http://localhost:${port}/`)).rejects.toThrow();
  });

  it('tell by the code of the system that an address is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const servers = new HttpServers('http://localhost:3000');
    const app = fastify({ serverFactory: (listener) => servers.create(listener) });
    const listening = servers.listen('localhost', port, async (host, free) => {
      await app.listen({ host, port: free });
      return app.server;
    });
    await expect(listening).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await app.close();
    taken.close();
  });
});
