import { RESOURCE_METADATA } from '../../support/challenges';
import { createTestApp, type TestApp } from '../../support/create-test-app';

describe('signing in', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });

  afterAll(() => app.close());

  it('registers a person, signs them in and lets them through a guarded route', async () => {
    const registered = await app.register('alice');
    expect(registered.status).toBe(201);
    expect(registered.body).toMatchObject({
      id: expect.any(String) as string,
      username: 'alice',
      email: 'alice@example.com',
      displayName: null,
      roles: [],
    });
    const login = await app.login('alice');
    expect(login.status).toBe(200);
    expect(login.body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^ghr_/) as string,
      scope: expect.stringContaining('notes:read notes:write') as string,
    });
    const answer = await app.withToken(login.body.access_token as string).get('/protected');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ msg: 'This is a protected route' });
  });

  it('closes a route without a decorator to everybody without a token (RFC 6750 §3)', async () => {
    const answer = await app.get('/protected');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe(`Bearer ${RESOURCE_METADATA}`);
    expect(answer.body).toMatchObject({ code: 'missing_token', status: 401 });
  });
});
