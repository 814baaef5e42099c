import { setTimeout as sleep } from 'node:timers/promises';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { ROOMY_LIMITS } from '../../support/roomy-limits';
import type { Answer } from '../../support/test-client';
import { sendAndVanish } from '../../support/volley';

const told = ({ status, body }: Answer) => [status, body.code];
const REFUSED = [401, 'invalid_refresh_token'];

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;

describe('a refresh token', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS });
  });

  afterAll(() => app.close());

  const signIn = async (username: string) => {
    await app.register(username);
    const { body } = await app.login(username);
    return { access: body.access_token as string, refresh: body.refresh_token as string };
  };

  const refresh = (token: unknown, node = app) => node.post('/auth/refresh', { refresh_token: token });

  const successorOf = async (token: string) => {
    const { status, body } = await refresh(token);
    expect(status).toBe(200);
    return { access: body.access_token as string, refresh: body.refresh_token as string };
  };

  const statusOf = async (access: string) => (await app.withToken(access).get('/protected')).status;

  const events = async (type: string) => {
    const rows = await openRows(app.database);
    const found = await rows.query<{ session_id: string }>(
      `SELECT session_id FROM audit_events WHERE type = '${type}'`,
    );
    await rows.close();
    return found.map(({ session_id: id }) => id);
  };

  it('is exchanged for a new access token and its own successor', async () => {
    const first = await signIn('alice');
    app.clock.advance(5);
    const answer = await refresh(first.refresh);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(answer.body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^ghr_[A-Za-z0-9_-]{86}$/) as string,
      scope: expect.stringContaining('notes:read notes:write') as string,
    });
    expect(answer.body.refresh_token).not.toBe(first.refresh);

    const [before, after] = [claimsOf(first.access), claimsOf(answer.body.access_token as string)];
    for (const kept of ['iss', 'aud', 'sub', 'client_id', 'sid', 'family', 'auth_time', 'acr', 'amr', 'scope']) {
      expect(after[kept]).toEqual(before[kept]);
    }
    expect(after['jti']).not.toBe(before['jti']);
    expect(after['iat']).toBe((before['iat'] as number) + 5);
    expect(await statusOf(first.access)).toBe(200);
    expect(await statusOf(answer.body.access_token as string)).toBe(200);
  });

  it('is stored as a digest only', async () => {
    const { refresh: token } = await signIn('bob');
    const rows = await openRows(app.database);
    const stored = JSON.stringify(await rows.query('SELECT * FROM token_families'));
    await rows.close();
    const secret = Buffer.from(token.slice(4), 'base64url').subarray(16, 48).toString('base64url');
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(secret);
  });

  it('goes on when the access token has expired', async () => {
    const { access, refresh: token } = await signIn('carol');
    app.clock.advance(911);
    const expired = await app.withToken(access).get('/protected');
    expect(told(expired)).toEqual([401, 'token_expired']);
    const next = await successorOf(token);
    expect(await statusOf(next.access)).toBe(200);
  });

  describe('presented again', () => {
    it('within the leeway is answered with the same successor, so that a lost answer can be asked for again', async () => {
      const { refresh: token } = await signIn('dave');
      const first = await successorOf(token);
      app.clock.advance(29);
      const again = await successorOf(token);
      expect(again.refresh).toBe(first.refresh);
      expect(again.access).not.toBe(first.access);
      await successorOf(again.refresh);
    });

    it('within the leeway after further rotations is answered with the live one', async () => {
      const { refresh: token } = await signIn('erin');
      const second = await successorOf(token);
      app.clock.advance(10);
      const third = await successorOf(second.refresh);
      app.clock.advance(10);
      expect((await successorOf(token)).refresh).toBe(third.refresh);
      expect((await successorOf(second.refresh)).refresh).toBe(third.refresh);
    });

    it('works where the connection was lost before the answer came', async () => {
      const { refresh: token } = await signIn('frank');
      await sendAndVanish({ url: app.url, path: '/auth/refresh', body: { refresh_token: token } });
      await sleep(100);
      const next = await successorOf(token);
      expect(await statusOf(next.access)).toBe(200);
      await successorOf(next.refresh);
    });

    it('after the leeway revokes its family, the access tokens of it too, and nothing else (RFR-01)', async () => {
      const first = await signIn('grace');
      const other = await app.login('grace');
      const stranger = await signIn('heidi');
      const second = await successorOf(first.refresh);
      app.clock.advance(20);
      const third = await successorOf(second.refresh);
      app.clock.advance(10);

      expect(told(await refresh(first.refresh))).toEqual(REFUSED);
      expect(told(await refresh(second.refresh))).toEqual(REFUSED);
      expect(told(await refresh(third.refresh))).toEqual(REFUSED);
      for (const { access } of [first, second, third]) {
        expect(told(await app.withToken(access).get('/protected'))).toEqual([401, 'token_revoked']);
      }
      expect(await events('token.replayed')).toEqual([claimsOf(first.access)['sid']]);

      for (const { access, refresh: token } of [
        { access: other.body.access_token as string, refresh: other.body.refresh_token as string },
        stranger,
      ]) {
        expect(await statusOf(access)).toBe(200);
        await successorOf(token);
      }
    });

    it('after its family was revoked for it is refused again, and noted once', async () => {
      const first = await signIn('ivan');
      await successorOf(first.refresh);
      app.clock.advance(31);
      for (let attempt = 0; attempt < 3; attempt++) expect(told(await refresh(first.refresh))).toEqual(REFUSED);
      const { sid } = claimsOf(first.access);
      expect((await events('token.replayed')).filter((id) => id === sid)).toHaveLength(1);
    });

    it('long after, when nothing is kept of it, is still known for a replay', async () => {
      const first = await signIn('judy');
      let last = first;
      for (let rotation = 0; rotation < 20; rotation++) {
        app.clock.advance(60);
        last = await successorOf(last.refresh);
      }
      expect(told(await refresh(first.refresh))).toEqual(REFUSED);
      expect(told(await refresh(last.refresh))).toEqual(REFUSED);
    });
  });

  it('leaves its family as it is when it is refused for what it is not', async () => {
    const { access, refresh: token } = await signIn('kate');
    const swapped = token.endsWith('A') ? `${token.slice(0, -1)}B` : `${token.slice(0, -1)}A`;
    for (const wrong of [
      access,
      'nonsense',
      'ghr_',
      token.toUpperCase(),
      `${token}=`,
      ` ${token}`,
      swapped,
      `ghr_${'A'.repeat(86)}`,
      `${token.slice(0, 40)}${token.slice(40).split('').reverse().join('')}`,
    ]) {
      expect(told(await refresh(wrong))).toEqual(REFUSED);
    }
    expect(await statusOf(access)).toBe(200);
    await successorOf(token);
  });

  it.each<[string, unknown, string]>([
    ['no body', undefined, '#/refresh_token'],
    ['an empty object', {}, '#/refresh_token'],
    ['null', { refresh_token: null }, '#/refresh_token'],
    ['an empty text', { refresh_token: '' }, '#/refresh_token'],
    ['a number', { refresh_token: 7 }, '#/refresh_token'],
    ['a list', { refresh_token: ['ghr_x'] }, '#/refresh_token'],
    ['a text of 8,193 characters', { refresh_token: 'g'.repeat(8_193) }, '#/refresh_token'],
    ['a field that does not exist', { refresh_token: 'ghr_x', scope: 'admin' }, '#/scope'],
    ['a list as the body', ['ghr_x'], '#'],
  ])('answers %s with what to send', async (_case, body, pointer) => {
    const answer = await app.post('/auth/refresh', body);
    expect(told(answer)).toEqual([400, 'validation_failed']);
    expect(answer.body.errors).toMatchObject([{ pointer }]);
  });

  it('is taken from the body, not from the header or the query string', async () => {
    const { refresh: token } = await signIn('leo');
    expect(told(await app.withToken(token).post('/auth/refresh'))).toEqual([400, 'validation_failed']);
    expect(told(await app.post(`/auth/refresh?refresh_token=${token}`))).toEqual([400, 'validation_failed']);
    await successorOf(token);
  });

  it('is no access token', async () => {
    const { refresh: token } = await signIn('mallory');
    expect(told(await app.withToken(token).get('/protected'))).toEqual([401, 'invalid_token']);
  });
});
