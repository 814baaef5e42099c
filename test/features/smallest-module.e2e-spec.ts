import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { HelloModule } from './hello.module';

describe('a feature module of 15 lines', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ features: [HelloModule] });
  });

  afterAll(() => app.close());

  it('has no more than 15 lines', () => {
    const lines = readFileSync(join(__dirname, 'hello.module.ts'), 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(15);
  });

  it('has a route that is closed to everybody without a token', async () => {
    const answer = await app.get('/hello');
    expect(answer).toMatchObject({ status: 401, body: { code: 'missing_token' } });
  });

  it('closes it to a token without the scope, and names the scope', async () => {
    const answer = await (await app.asUser({ scopes: ['notes:read'] })).get('/hello');
    expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    expect(answer.headers.get('www-authenticate')).toContain('scope="hello:read"');
  });

  it('opens it to a token with the scope', async () => {
    const answer = await (await app.asUser({ scopes: ['hello:read'] })).get('/hello');
    expect(answer).toMatchObject({ status: 200, body: { hello: expect.any(String) as string } });
  });

  it('gives its scope to everybody who signs in, with nothing else written', async () => {
    const { body } = await app.register('alice');
    const login = await app.login('alice');
    expect(login.body.scope.split(' ')).toContain('hello:read');
    const answer = await app.withToken(login.body.access_token as string).get('/hello');
    expect(answer).toMatchObject({ status: 200, body: { hello: body.id } });
  });
});
