import { randomId } from '../../src/crypto/random-id';
import { createTestApp, type TestApp } from '../support/create-test-app';
import type { Answer, TestClient } from '../support/test-client';

interface Note {
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

describe('notes', () => {
  let app: TestApp;
  let alice: TestClient;
  let bob: TestClient;

  beforeAll(async () => {
    app = await createTestApp();
    [alice, bob] = await Promise.all([app.asUser(), app.asUser()]);
  });

  afterAll(() => app.close());

  const note = (title = 'Groceries', body = 'Milk, bread, a lantern') => ({ title, body });
  const made = async (client: TestClient, title?: string, body?: string) => {
    const answer = await client.post('/notes', note(title, body));
    expect(answer.status).toBe(201);
    return answer.body as Note;
  };
  const titlesOf = (answer: Answer) => (answer.body.items as Note[]).map(({ title }) => title);

  describe('of a person', () => {
    it('are made with 201, and Location leads to them', async () => {
      const answer = await alice.post('/notes', note());
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        id: expect.stringMatching(/^[\w-]{22}$/) as string,
        ...note(),
        createdAt: new Date(app.clock.now()).toISOString(),
        updatedAt: new Date(app.clock.now()).toISOString(),
      });
      const location = answer.headers.get('location')!;
      expect(location).toBe(`/notes/${answer.body.id}`);
      expect((await alice.get(location)).body).toEqual(answer.body);
    });

    it('are changed field by field; what is left out stays, and the time of the change shows', async () => {
      const before = await made(alice);
      app.clock.advance(60);
      const answer = await alice.patch(`/notes/${before.id}`, { title: 'Shopping' });
      expect(answer.status).toBe(200);
      const updatedAt = new Date(app.clock.now()).toISOString();
      expect(answer.body).toEqual({ ...before, title: 'Shopping', updatedAt });
      expect((await alice.get(`/notes/${before.id}`)).body).toEqual(answer.body);
      expect((await alice.patch(`/notes/${before.id}`, { body: '' })).body).toMatchObject({ body: '', updatedAt });
    });

    it('are deleted with 204, once', async () => {
      const { id } = await made(alice);
      const answer = await alice.delete(`/notes/${id}`);
      expect(answer).toMatchObject({ status: 204, text: '' });
      expect((await alice.delete(`/notes/${id}`)).status).toBe(404);
      expect((await alice.get(`/notes/${id}`)).status).toBe(404);
    });

    it.each([
      ['letters of other scripts', 'Ελληνικά עברית العربية 中文 हिन्दी'],
      ['pictures of several characters', '👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽'],
      ['letters as they are typed, not another form of them', 'e\u0301 and \u00e9'],
      ['quotes, tags, controls and spaces', `  '";--<script>\\\n\t\u2028  `],
      ['200 characters', 'x'.repeat(200)],
      ['200 characters of four bytes', '🔑'.repeat(200)],
    ])('keep %s', async (_what, text) => {
      const { id } = await made(alice, text, text.repeat(20));
      expect((await alice.get(`/notes/${id}`)).body).toMatchObject({ title: text, body: text.repeat(20) });
    });

    it.each([
      ['no title', { body: '' }, ['#/title']],
      ['no body', { title: 'x' }, ['#/body']],
      ['nothing', {}, ['#/title', '#/body']],
      ['an empty title', note(''), ['#/title']],
      ['a blank title', note(' \t\n'), ['#/title']],
      ['a title of 201 characters', note('x'.repeat(201)), ['#/title']],
      ['a title of 201 characters of four bytes', note('🔑'.repeat(201)), ['#/title']],
      ['a title of invisible characters', note(`x${'\uFE0F'.repeat(5_000)}`), ['#/title']],
      ['a body of 20,001 characters', note('x', 'x'.repeat(20_001)), ['#/body']],
      ['U+0000', note('x\0'), ['#/title']],
      ['a list', [note()], ['#']],
    ])('are refused with %s, and the answer says where', async (_what, body, pointers) => {
      const answer = await alice.post('/notes', body);
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
      expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
    });

    it('stay as they are when a change is refused', async () => {
      const before = await made(alice);
      for (const change of [{ title: '' }, { title: null }, { body: null }, { title: 'new', body: 7 }]) {
        expect([change, (await alice.patch(`/notes/${before.id}`, change)).status]).toEqual([change, 400]);
      }
      expect((await alice.get(`/notes/${before.id}`)).body).toEqual(before);
    });

    it('are kept by no cache', async () => {
      const { id } = await made(alice);
      for (const path of ['/notes', `/notes/${id}`]) {
        expect((await alice.get(path)).headers.get('cache-control')).toBe('no-store');
      }
    });
  });

  describe('in a list', () => {
    const listAll = async (client: TestClient, path: string, limit: number) => {
      const pages: Note[][] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const answer: Answer = await client.get(`${path}?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`);
        expect(answer.status).toBe(200);
        pages.push(answer.body.items as Note[]);
        cursor = answer.body.nextCursor as string | null;
      }
      return pages;
    };

    it('are none at first', async () => {
      const carol = await app.asUser();
      expect((await carol.get('/notes')).body).toEqual({ items: [], nextCursor: null });
    });

    it('stand newest first, page by page, each once, though many were made at one instant', async () => {
      const carol = await app.asUser();
      for (let instant = 0; instant < 3; instant++) {
        app.clock.advance(1);
        await Promise.all(Array.from({ length: 7 }, (_, index) => made(carol, `${instant}-${index}`)));
      }
      const pages = await listAll(carol, '/notes', 4);
      expect(pages.map(({ length }) => length)).toEqual([4, 4, 4, 4, 4, 1]);
      const all = pages.flat();
      expect(new Set(all.map(({ id }) => id)).size).toBe(21);
      expect(all.map(({ title }) => title.split('-')[0])).toEqual([...'222222211111110000000']);
    });

    it('fill the last page to its end without another, empty one', async () => {
      const carol = await app.asUser();
      for (const title of ['a', 'b', 'c', 'd']) await made(carol, title);
      expect((await listAll(carol, '/notes', 2)).map(({ length }) => length)).toEqual([2, 2]);
    });

    it('neither repeat nor skip what was there when notes come and go between two pages', async () => {
      const carol = await app.asUser();
      const ids: string[] = [];
      for (const title of ['1', '2', '3', '4', '5', '6']) {
        app.clock.advance(1);
        ids.push((await made(carol, title)).id);
      }
      const first = await carol.get('/notes?limit=3');
      expect(titlesOf(first)).toEqual(['6', '5', '4']);
      await carol.delete(`/notes/${ids[3]}`); // the last one of the page, which the cursor names
      app.clock.advance(1);
      await made(carol, '7');
      const second = await carol.get(`/notes?limit=3&cursor=${first.body.nextCursor}`);
      expect(titlesOf(second)).toEqual(['3', '2', '1']);
      expect(second.body.nextCursor).toBeNull();
    });

    it('are 50 on a page unless the limit says otherwise, and never more than 200', async () => {
      const carol = await app.asUser();
      await Promise.all(Array.from({ length: 202 }, (_, index) => made(carol, `${index}`)));
      expect(titlesOf(await carol.get('/notes'))).toHaveLength(50);
      expect(titlesOf(await carol.get('/notes?limit=1'))).toHaveLength(1);
      const largest = await carol.get('/notes?limit=200');
      expect(titlesOf(largest)).toHaveLength(200);
      expect(titlesOf(await carol.get(`/notes?limit=200&cursor=${largest.body.nextCursor}`))).toHaveLength(2);
    });

    it.each(['0', '201', '-1', '1.0', '1e2', '+1', '01', '%201', 'NaN', '', '99999999999999999999', '1&limit=2'])(
      'have a limit from 1 to 200, not "%s"',
      async (limit) => {
        const answer = await alice.get(`/notes?limit=${limit}`);
        expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
        expect(answer.body.errors).toEqual([
          { pointer: '#/limit', detail: 'Limit must be a whole number from 1 to 200.' },
        ]);
      },
    );

    it.each([
      ['nothing', ''],
      ['noise', 'x'],
      ['another alphabet', '%F0%9F%94%91'],
      ['a bare id', 'q2d0cX1yTzO4e7h3bWm9Yw'],
      ['an instant without an id', Buffer.from('1 ').toString('base64url')],
      ['an instant before time', Buffer.from('-1 x').toString('base64url')],
      ['an instant that no column holds', Buffer.from('99999999999999999 x').toString('base64url')],
      ['SQL', Buffer.from("1 x' OR '1'='1").toString('base64url')],
      ['too much', 'A'.repeat(257)],
      ['two', 'MSB4&cursor=MSB4'],
    ])('begin after a cursor that the server gave: %s is refused', async (_what, cursor) => {
      const answer = await alice.get(`/notes?cursor=${cursor}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
      expect(answer.body.errors).toMatchObject([{ pointer: '#/cursor' }]);
    });

    it('are the own ones only, whoever the cursor was given to', async () => {
      const carol = await app.asUser();
      for (const title of ['a', 'b', 'c']) await made(carol, title);
      const { nextCursor } = (await carol.get('/notes?limit=1')).body as { nextCursor: string };
      app.clock.advance(-1);
      const [dora, own] = [await app.asUser(), 'own and older'];
      await made(dora, own);
      app.clock.advance(1);
      expect(titlesOf(await dora.get(`/notes?cursor=${nextCursor}`))).toEqual([own]);
    });
  });

  describe('of somebody else', () => {
    it('are not found, for reading, changing and deleting alike, and stay as they are', async () => {
      const theirs = await made(bob, 'private', 'bob only');
      const unknown = randomId();
      const tries = async (id: string) => [
        await alice.get(`/notes/${id}`),
        await alice.patch(`/notes/${id}`, { title: 'mine now' }),
        await alice.delete(`/notes/${id}`),
      ];
      const shapeOf = ({ status, body }: Answer) => ({ status, ...body, instance: '', requestId: '' });
      const answers = (await tries(theirs.id)).map(shapeOf);
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
      // No difference by which the ids of others could be found out.
      expect(answers).toEqual((await tries(unknown)).map(shapeOf));
      expect((await bob.get(`/notes/${theirs.id}`)).body).toEqual(theirs);
    });

    it('are not found for administrators either, except in the view for them', async () => {
      const admin = await app.asUser({ roles: ['admin'] });
      app.clock.advance(1); // at the head of the list: more than a page of notes was made at the instants before
      const theirs = await made(bob, 'seen by administrators');
      expect((await admin.get(`/notes/${theirs.id}`)).status).toBe(404);
      expect((await admin.patch(`/notes/${theirs.id}`, { title: 'x' })).status).toBe(404);
      const everyones = (await admin.get('/notes/everyone?limit=200')).body.items as (Note & { ownerId: string })[];
      const ownerId = (await bob.get('/auth/me')).body.id as string;
      expect(everyones.find(({ id }) => id === theirs.id)).toEqual({ ...theirs, ownerId });
      expect(new Set(everyones.map((one) => one.ownerId)).size).toBeGreaterThan(1);
    });

    it('show to administrators page by page', async () => {
      const admin = await app.asUser({ roles: ['admin', 'editor'] });
      const first = await admin.get('/notes/everyone?limit=2');
      const second = await admin.get(`/notes/everyone?limit=2&cursor=${first.body.nextCursor}`);
      const ids = [...first.body.items, ...second.body.items].map(({ id }: Note) => id);
      expect(new Set(ids).size).toBe(4);
      expect((await admin.get('/notes/everyone?limit=0')).status).toBe(400);
    });

    it.each([
      ['nobody', []],
      ['a role that sounds like it', ['administrator', 'not-admin', 'admin:notes']],
    ])('do not show to %s', async (_who, roles) => {
      const answer = await (await app.asUser({ roles })).get('/notes/everyone');
      expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_role' } });
    });

    it('do not show to an administrator whose token lacks the scope', async () => {
      const answer = await (await app.asUser({ roles: ['admin'], scopes: ['notes:write'] })).get('/notes/everyone');
      expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    });
  });

  describe('and scopes', () => {
    const routes = [
      ['POST', '/notes', 'notes:write'],
      ['GET', '/notes', 'notes:read'],
      ['GET', '/notes/x', 'notes:read'],
      ['PATCH', '/notes/x', 'notes:write'],
      ['DELETE', '/notes/x', 'notes:write'],
      ['GET', '/notes/everyone', 'notes:read'],
    ] as const;
    const bodyOf = (method: string) => (['POST', 'PATCH'].includes(method) ? note() : undefined);

    it.each(routes)('%s %s asks for a token', async (method, path) => {
      const answer = await app.request(method, path, bodyOf(method));
      expect(answer).toMatchObject({ status: 401, body: { code: 'missing_token' } });
    });

    it.each(routes)('%s %s asks for %s', async (method, path, scope) => {
      const others = ['notes:read', 'notes:write'].filter((other) => other !== scope);
      const client = await app.asUser({ scopes: [...others, 'notes', `${scope}s`] });
      const answer = await client.request(method, path, bodyOf(method));
      expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
      // RFC 6750 §3.1: the challenge may name the scope that is needed.
      expect(answer.headers.get('www-authenticate')).toContain(`scope="${scope}"`);
    });

    it('come to everybody who signs in', async () => {
      await app.register('walter');
      expect((await app.login('walter')).body.scope.split(' ')).toEqual(
        expect.arrayContaining(['notes:read', 'notes:write']),
      );
    });
  });
});
