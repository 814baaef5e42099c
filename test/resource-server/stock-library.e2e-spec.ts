import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeClock } from '../support/fake-clock';
import { KeyHolder } from '../support/dpop-proof';
import { TestClient } from '../support/test-client';
import { type Issuer, machineToken, ORDERS, startIssuer } from './issuer';
import { freePort } from './service-process';

const SERVICE = join(__dirname, 'stock/service.mjs');

describe('a service that checks tokens with a stock JOSE library', () => {
  let issuer: Issuer;
  let process: ChildProcess;
  let service: TestClient;

  beforeAll(async () => {
    // The library goes by the clock of the machine.
    issuer = await startIssuer({ clock: new FakeClock(Date.now()) });
    const port = await freePort();
    const env = { ISSUER: issuer.settings.issuer, AUDIENCE: ORDERS, PORT: String(port) };
    process = spawn('node', [SERVICE], { env: { ...globalThis.process.env, ...env }, stdio: 'inherit' });
    service = new TestClient(`http://127.0.0.1:${port}`);
    await reached(service);
  });

  afterAll(async () => {
    process.kill();
    await issuer.close();
  });

  const outcome = async (token: string) => {
    const { status, headers } = await service.withToken(token).get('/orders');
    return `${status} ${/error="\w+"/.exec(headers.get('www-authenticate') ?? '')?.[0] ?? ''}`.trim();
  };

  it('is the one that the documentation shows', () => {
    const document = readFileSync(join(__dirname, '../../docs/resource-server.md'), 'utf8');
    expect(document).toContain(`\`\`\`js\n${readFileSync(SERVICE, 'utf8')}\`\`\``);
  });

  it('lets in whoever has an access token for it with the scope, and nobody else (RFC 9068 §4)', async () => {
    const refused = await service.get('/orders');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer scope="orders:read", resource_metadata="https://api.example/.well-known/oauth-protected-resource/orders-api"',
    ]);
    const good = await machineToken(issuer);
    expect((await service.withToken(good).get('/orders')).body).toEqual({ orders: [], for: issuer.machine.id });
    expect(await outcome(await machineToken(issuer, { scope: 'orders:write' }))).toBe('403 error="insufficient_scope"');
    const other = await machineToken(issuer, { resource: issuer.settings.issuer, scope: 'notes:read' });
    const bound = await machineToken(issuer, {}, await KeyHolder.make(issuer));
    issuer.clock.advance(-3_600);
    const expired = await machineToken(issuer);
    issuer.clock.advance(3_600);
    for (const token of [other, bound, expired, `${good.slice(0, -86)}${'A'.repeat(86)}`, 'x']) {
      expect(await outcome(token)).toBe('401 error="invalid_token"');
    }
  });
});

async function reached(service: TestClient): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await service.get('/').catch(() => null);
    if (answer !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The service did not start.');
}
