import { RESOURCE_METADATA } from '../support/challenges';
import { createTestApp, type TestApp } from '../support/create-test-app';

describe('the protected route', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });

  afterAll(() => app.close());

  it('greets whoever has an access token, whatever its scopes', async () => {
    for (const scopes of [undefined, [], ['notes:read']]) {
      const person = await app.asUser(scopes === undefined ? {} : { scopes });
      const answer = await person.get('/protected');
      expect(answer).toMatchObject({ status: 200, body: { msg: 'This is a protected route' } });
      expect(answer.text).toBe('{"msg":"This is a protected route"}');
    }
  });

  it('is closed without one, and says how to open it (RFC 6750 §3)', async () => {
    const answer = await app.get('/protected');
    expect(answer).toMatchObject({ status: 401, body: { code: 'missing_token', status: 401 } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
    // RFC 6750 §3.1: a request without credentials is told no error.
    expect(answer.headers.get('www-authenticate')).toBe(`Bearer ${RESOURCE_METADATA}`);
    expect(answer.text).not.toContain('This is a protected route');
  });

  it('is closed to a token that has expired, after the tolerance for clocks', async () => {
    const person = await app.asUser();
    const { accessTokenLifetime, clockTolerance } = app.settings.tokens;
    app.clock.advance(accessTokenLifetime + clockTolerance - 1);
    expect((await person.get('/protected')).status).toBe(200);
    app.clock.advance(1);
    const answer = await person.get('/protected');
    expect(answer).toMatchObject({ status: 401, body: { code: 'token_expired' } });
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  it('answers no other method', async () => {
    const person = await app.asUser();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await person.request(method, '/protected');
      expect([method, answer.status, answer.headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
    }
    expect(await person.request('HEAD', '/protected')).toMatchObject({ status: 200, text: '' });
    expect((await app.request('HEAD', '/protected')).status).toBe(401);
  });
});
