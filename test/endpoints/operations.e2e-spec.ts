import { Reader } from '../../src/database/reader';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { ProbeModule } from '../support/probe.feature';

describe('what operators ask', () => {
  const lines: string[] = [];
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ features: [ProbeModule], log: (line) => lines.push(line), env: { LOG_LEVEL: 'info' } });
  });
  afterAll(() => app.close());
  afterEach(() => jest.restoreAllMocks());

  /** Asks for readiness until it is as expected; an answer of the database counts for half a second. */
  async function becomes(status: number) {
    for (;;) {
      const answer = await app.get('/health/ready');
      if (answer.status === status) return answer;
      await new Promise((resume) => setTimeout(resume, 100));
    }
  }

  it('is alive', async () => {
    const answer = await app.get('/health/live');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ status: 'ok' });
  });

  it('is ready while the database answers, and again when it does so again; it lives all the while (OPS-07)', async () => {
    expect((await becomes(200)).body).toEqual({ status: 'ok', checks: { database: 'up' } });
    const away = jest
      .spyOn(app.resolve(Reader), 'query')
      .mockRejectedValue(new Error('connect ECONNREFUSED db.internal'));
    const answer = await becomes(503);
    expect(answer.body).toMatchObject({ code: 'temporarily_unavailable', checks: { database: 'down' } });
    expect(answer.text).not.toContain('db.internal');
    expect((await app.get('/health/live')).status).toBe(200);
    away.mockRestore();
    await becomes(200);
  });

  it('is not ready while the database does not answer at all (OPS-07)', async () => {
    const silent = jest.spyOn(app.resolve(Reader), 'query').mockReturnValue(new Promise(() => undefined));
    await becomes(503);
    silent.mockRestore();
    await becomes(200);
  });

  it('asks the database no more than twice a second, however many ask (DOS-10)', async () => {
    await becomes(200);
    await new Promise((resume) => setTimeout(resume, 600));
    const asked = jest.spyOn(app.resolve(Reader), 'query');
    const begun = performance.now();
    await Promise.all(Array.from({ length: 50 }, () => app.get('/health/ready')));
    const halves = (performance.now() - begun) / 500;
    const times = asked.mock.calls.filter(([sql]) => sql.includes('FROM migrations')).length;
    expect(times).toBeLessThanOrEqual(Math.floor(halves) + 2);
    expect(times).toBeLessThan(50);
  });

  it('shows its metrics to administrators only, outside of development (INJ-16)', async () => {
    expect((await app.get('/metrics')).status).toBe(401);
    expect((await (await app.asUser()).get('/metrics')).status).toBe(403);
    const answer = await (await app.asUser({ roles: ['admin'] })).get('/metrics');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('counts requests by their routes, not by their addresses', async () => {
    await app.get('/probe/text/one');
    await app.get('/probe/text/two');
    await app.get('/no/such/path');
    const { text } = await (await app.asUser({ roles: ['admin'] })).get('/metrics');
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/probe\/text\/:text",status="2xx"\} 2/,
    );
    expect(text).toMatch(/http_request_duration_seconds_count\{method="GET",route="unmatched",status="4xx"\} \d/);
    expect(text).toContain('nodejs_eventloop_lag_seconds');
    expect(text).not.toContain('/no/such/path');
  });

  it('finds a line for every request, with its route and without its query', async () => {
    lines.length = 0;
    await app.get('/probe/text/secret?token=hunter2', { 'x-request-id': 'line-1' });
    await app.get('/no/such/path?code=hunter2', { 'x-request-id': 'line-2' });
    const entries = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'request');
    expect(entries).toMatchObject([
      {
        requestId: 'line-1',
        method: 'GET',
        route: '/probe/text/:text',
        status: 200,
        address: '127.0.0.1',
        level: 'info',
      },
      { requestId: 'line-2', method: 'GET', path: '/no/such/path', status: 404 },
    ]);
    expect(lines.join('')).not.toMatch(/hunter2|text\/secret/);
  });
});
