import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, type RequestOptions, request } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { freePort } from '../support/free-port';
import { ServerProcess } from '../support/server-process';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { type CertificateFiles, makeCertificate } from '../support/tls-certificate';
import { SOON, within } from '../support/within';

interface SecureAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Asks by https, trusting this certificate and no other. */
function ask(url: string, options: RequestOptions, body = ''): Promise<SecureAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    asked.on('error', reject).end(body);
  });
}

describe('a server that speaks TLS by itself', () => {
  let folder: string;
  let files: CertificateFiles;
  let database: TestDatabase;
  let shared: Awaited<ReturnType<typeof start>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-tls-'));
    files = await makeCertificate(folder, 'first');
    database = await createTestDatabase();
    shared = await start();
  });

  afterAll(async () => {
    await ServerProcess.killAll();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (changes: Readonly<Record<string, string>> = {}) => {
    const port = String(await freePort());
    const issuer = `https://127.0.0.1:${port}`;
    const env = { PORT: port, ISSUER: issuer, TLS_CERT: files.certificate, TLS_KEY: files.key, LOG_LEVEL: 'info' };
    return { issuer, port: Number(port), server: await ServerProcess.start(database.url, { ...env, ...changes }) };
  };

  it('OPS-04: answers at the issuer’s address, says so in its banner, and sets the cookies of https', async () => {
    const { issuer, server } = shared;
    expect(server.stdout).toContain(`Gatehouse listens on ${issuer}\n`);
    const discovery = await ask(`${issuer}/.well-known/openid-configuration`, { ca: files.pem });
    expect(JSON.parse(discovery.text)).toMatchObject({ issuer, token_endpoint: `${issuer}/oauth/token` });
    expect(discovery.headers['strict-transport-security']).toMatch(/^max-age=/);
    const page = await ask(`${issuer}/sign-in`, { ca: files.pem });
    const cookies = [page.headers['set-cookie'] ?? []].flat();
    expect(cookies).not.toEqual([]);
    for (const cookie of cookies) expect(cookie).toMatch(/^__Host-[^;]+;(?=.*; Secure(;|$))/);
    const sentAway = await ask(`${issuer}/account`, { ca: files.pem, headers: { accept: 'text/html' } });
    expect([sentAway.status, sentAway.headers.location]).toEqual([303, expect.stringMatching(/^(https:|\/)/)]);
  });

  it('keeps connections open between requests', async () => {
    const { issuer } = shared;
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: files.pem });
    const sockets = new Set<Socket>();
    for (let n = 0; n < 3; n++) {
      const asked = request(`${issuer}/health/live`, { agent }).end();
      asked.on('socket', (socket) => sockets.add(socket));
      const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream];
      answer.resume();
      await once(answer, 'end');
    }
    expect(sockets.size).toBe(1);
    agent.destroy();
  });

  it('shows the certificate that is in the files when it is told to read them again, and keeps the old one where they are no good', async () => {
    const renewed = { certificate: join(folder, 'renewed.pem'), key: join(folder, 'renewed.key') };
    await copyFile(files.certificate, renewed.certificate);
    await copyFile(files.key, renewed.key);
    const { port, server } = await start({ TLS_CERT: renewed.certificate, TLS_KEY: renewed.key });
    const shown = async () => {
      const socket: TLSSocket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return subject.CN;
    };
    const hangUp = async (said: string) => {
      server.signal('SIGHUP');
      await within(SOON, async () => Promise.resolve(server.stdout.includes(said)));
    };
    expect(await shown()).toBe('first');
    await makeCertificate(folder, 'renewed');
    expect(await shown()).toBe('first');
    await hangUp('The certificate was read again.');
    expect(await shown()).toBe('renewed');
    await writeFile(renewed.key, 'not a key');
    await hangUp('The certificate stays the one before.');
    expect(server.stdout).toContain('TLS_KEY must name a file with a private key');
    expect(await shown()).toBe('renewed');
    expect(await server.stop()).toEqual({ code: 0, signal: null });
  });

  it.each<readonly [string, ConnectionOptions]>([
    ['TLS 1.1 at the most', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }],
    ['ciphers that encrypt nothing', { maxVersion: 'TLSv1.2', ciphers: 'eNULL:@SECLEVEL=0' }],
  ])('OPS-04: shakes hands with nobody who offers %s', async (_offer, options) => {
    const { port } = shared;
    const socket = connect({ port, host: '127.0.0.1', ca: files.pem, ...options });
    // It is the server that says no.
    const [refusal] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(refusal.code).toMatch(/^ERR_SSL_.*ALERT/);
  });

  it('OPS-04: closes the connection on whoever speaks plain HTTP, and answers others', async () => {
    const { issuer, port, server } = shared;
    const plain = connectPlain(port, '127.0.0.1');
    plain.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    let said = '';
    plain.setEncoding('latin1').on('data', (text: string) => (said += text));
    await once(plain, 'close');
    expect(said).not.toContain('HTTP/1.1 200');
    expect((await ask(`${issuer}/health/live`, { ca: files.pem })).status).toBe(200);
    expect(server.stderr).toBe('');
  });

  it('OPS-04: does not start with the key of another certificate, and says so in a sentence', async () => {
    const other = await makeCertificate(folder, 'other');
    const env = {
      ...{ NODE_ENV: 'test', PORT: '0', HOST: '127.0.0.1', ISSUER: 'https://localhost' },
      ...{ DATABASE_URL: database.url, TLS_CERT: files.certificate, TLS_KEY: other.key },
    };
    const { code, stderr } = await ServerProcess.failToStart({ env });
    expect([code, stderr]).toEqual([1, 'TLS_KEY is not the private key of the first certificate in TLS_CERT.\n']);
  });
});
