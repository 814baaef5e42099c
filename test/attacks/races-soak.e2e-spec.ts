import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { report } from '../support/report';
import { ServerProcess } from '../support/server-process';
import { TestClient } from '../support/test-client';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { sendAndVanish } from '../support/volley';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Seconds of load; more by SOAK_SECONDS. */
const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 10);

/** What the system knows of a process, where it tells. */
function usageOf(pid: number): { megabytes: number; descriptors: number } | null {
  if (!existsSync(`/proc/${pid}/status`)) return null;
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { megabytes: Number(kilobytes) / 1_024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

describe('a server under load for a while', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(async () => {
    await ServerProcess.killAll();
    await database.drop();
  });

  it(
    'RAC-22: keeps its memory, its file descriptors and its promises: what was revoked stays dead, and no request fails',
    async () => {
      const server = await ServerProcess.start(database.url);
      const client = new TestClient(server.url);
      const load = { running: true };
      const unexpected: string[] = [];
      const dead: Tokens[] = [];
      let requests = 0;
      const send = async (expected: number, request: Promise<{ status: number; text: string; body: unknown }>) => {
        requests++;
        const answer = await request;
        if (answer.status !== expected) unexpected.push(`${answer.status} instead of ${expected}: ${answer.text}`);
        return answer.body as Tokens;
      };
      const use = async (username: string) => {
        const body = { username, email: `${username}@example.com`, password: GOOD_PASSWORD };
        await send(201, client.post('/auth/register', body));
        for (let turn = 0; load.running; turn++) {
          let tokens = await send(200, client.post('/auth/login', { username, password: GOOD_PASSWORD }));
          for (let step = 0; step < 8 && load.running; step++) {
            const { refresh_token } = tokens;
            const request = { url: server.url, path: '/auth/refresh', body: { refresh_token } };
            if ((turn + step) % 10 === 0) await sendAndVanish(request);
            tokens = await send(200, client.post('/auth/refresh', { refresh_token }));
            const user = client.withToken(tokens.access_token);
            await send(200, user.get('/protected'));
            await send(201, user.post('/notes', { title: `${turn}.${step}`, body: 'soaked' }));
            await send(200, user.get('/notes?limit=5'));
            await send(401, client.post('/auth/refresh', { refresh_token: `ghr_${'A'.repeat(86)}` }));
          }
          await send(204, client.withToken(tokens.access_token).post('/auth/logout'));
          dead.push(tokens);
        }
      };
      /** Replays tokens of ended sessions all along. */
      const check = async () => {
        for (; load.running; await sleep(50)) {
          const tokens = dead[Math.floor(Math.random() * dead.length)];
          if (tokens === undefined) continue;
          await send(401, client.withToken(tokens.access_token).get('/protected'));
          await send(401, client.post('/auth/refresh', { refresh_token: tokens.refresh_token }));
        }
      };
      const working = Promise.all([...[0, 1, 2, 3].map((index) => use(`soaked-${index}`)), check()]);
      await sleep(SECONDS * 500);
      const half = usageOf(server.pid);
      await sleep(SECONDS * 500);
      load.running = false;
      await working;
      const end = usageOf(server.pid);
      report({ requests, sessions: dead.length, half, end });
      expect(unexpected).toEqual([]);
      expect(server.running).toBe(true);
      expect(server.stderr).toBe('');
      if (half !== null && end !== null) {
        expect(end.megabytes - half.megabytes).toBeLessThan(64);
        expect(end.descriptors - half.descriptors).toBeLessThan(16);
      }
      expect(await server.stop()).toEqual({ code: 0, signal: null });
    },
    SECONDS * 1_000 + 60_000,
  );
});
