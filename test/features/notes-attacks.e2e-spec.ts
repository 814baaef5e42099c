import { createTestApp, type TestApp } from '../support/create-test-app';
import type { TestClient } from '../support/test-client';
import { complaints, faultOf } from '../support/verdicts';

interface Note {
  readonly id: string;
}

describe('notes under attack', () => {
  let app: TestApp;
  let alice: TestClient;

  beforeAll(async () => {
    app = await createTestApp();
    alice = await app.asUser();
  });

  afterAll(() => app.close());

  const note = (title = 'Groceries', body = 'Milk, bread, a lantern') => ({ title, body });
  const made = async (client: TestClient) => (await client.post('/notes', note())).body as Note;

  const methods = ['GET', 'PATCH', 'DELETE'] as const;

  it('FRW-07: answers ids of any shape with 400, 404 or 414, the same on every database', async () => {
    const ids = [
      ...["'", '"', 'undefined', 'null', 'NaN', '0x1', '-1', '1e3', '0', '*', '%25', ';', '%20', '%2F', '%5C', '%3F'],
      ...['%00', 'a%00b', '%', '%ff', '%F0%9F%94%91', '%E2%80%AE', 'x'.repeat(500), 'x'.repeat(8_000)],
      ...['__proto__', 'constructor', 'toString', '[object%20Object]', '{}', '%5B%5D', '1%20OR%201=1', "x'--"],
      ...['00000000-0000-0000-0000-000000000000', '9223372036854775808', 'EVERYONE', 'everyone%00', '..%2fnotes'],
    ];
    const cases = ids.flatMap((id) =>
      methods.map((method) => [`${method} ${id.slice(0, 40)}`, { method, id }] as const),
    );
    const found = await complaints(cases, async ({ method, id }) => {
      const answer = await alice.request(method, `/notes/${id}`, method === 'PATCH' ? { title: 'x' } : undefined);
      const expected = [400, 404, 414].includes(answer.status);
      return faultOf(answer) ?? (expected ? null : `${answer.status} ${answer.text}`);
    });
    expect(found).toEqual([]);
  });

  it('FRW-07: an id is that id to the letter', async () => {
    const { id } = await made(alice);
    const swapped = [...id].map((letter) => (/[a-z]/.test(letter) ? letter.toUpperCase() : letter.toLowerCase()));
    for (const other of [swapped.join(''), `${id}%20`, `%20${id}`, `${id}=`, `${id}%00`, id.slice(0, -1), `${id}/`]) {
      expect([other, [400, 404].includes((await alice.get(`/notes/${other}`)).status)]).toEqual([other, true]);
    }
  });

  it('INJ-05: takes no field that is not the person’s to set', async () => {
    const before = await made(alice);
    const wishes = [
      ...['id', 'owner_id', 'ownerId', 'owner', 'sub', 'createdAt', 'created_at', 'updatedAt', 'updated_at', 'roles'],
      ...['__proto__', 'constructor', 'prototype', 'toString'],
    ];
    const cases = wishes.map((name) => [name, `{"title":"t","body":"b","${name}":"x"}`] as const);
    const found = await complaints(cases, async (body) => {
      const answers = [await alice.post('/notes', body), await alice.patch(`/notes/${before.id}`, body)];
      return answers.every(({ status }) => status === 400) ? null : answers.map(({ text }) => text).join();
    });
    expect(found).toEqual([]);
    const query = await alice.post('/notes?title=x&ownerId=y', note('by the body'));
    expect(query.body).toMatchObject({ title: 'by the body' });
    expect((await alice.get(`/notes/${before.id}`)).body).toEqual(before);
  });

  it('INJ-06: takes nothing but a limit and a cursor to list by', async () => {
    const queries = [
      ...[
        'sort=name;SELECT',
        'order=DESC',
        'sort[created_at]=asc',
        'dir=asc,(select%201)',
        'fields=owner_id',
        'select=*',
      ],
      ...['include=owner', 'relations=owner', 'filter[title][like]=%25', "title=%25'%20OR%201=1--", 'q=x', 'offset=1'],
      ...['limit=1%3BDROP%20TABLE%20notes', 'limit[]=1', 'limit[$gt]=0', 'limit=1e9', 'limit=randomblob(1e9)'],
      ...["cursor=1%20x'%20OR%201=1--", 'cursor[at]=1&cursor[id]=x', 'cursor[]=MSB4', '__proto__[limit]=1'],
    ];
    const admin = await app.asUser({ roles: ['admin'] });
    const cases = queries.flatMap((query) => [
      [query, () => alice.get(`/notes?${query}`)] as const,
      [`everyone: ${query}`, () => admin.get(`/notes/everyone?${query}`)] as const,
    ]);
    const found = await complaints(cases, async (send) => {
      const answer = await send();
      return faultOf(answer) ?? (answer.status === 400 ? null : `${answer.status} ${answer.text}`);
    });
    expect(found).toEqual([]);
  });

  it('INJ-07: takes texts only, where an object would become an operator', async () => {
    const before = await made(alice);
    const values = ['{"$ne":""}', '{"_type":"not","_value":"x"}', '["a","b"]', '[]', '{}', 'null', 'true', '0', '1.5'];
    const cases = values.flatMap((value) =>
      ['title', 'body'].map(
        (name) => [`${name}: ${value}`, { ...note(), [name]: JSON.parse(value) as unknown }] as const,
      ),
    );
    const found = await complaints(cases, async (body) => {
      const answers = [await alice.post('/notes', body), await alice.patch(`/notes/${before.id}`, body)];
      return answers.every(({ status }) => status === 400) ? null : answers.map(({ text }) => text).join();
    });
    expect(found).toEqual([]);
    expect((await alice.get(`/notes/${before.id}`)).body).toEqual(before);
  });
});
