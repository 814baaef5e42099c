import type { FeatureNames } from './feature-names';

/** The e2e test. */
export const testFile = (names: FeatureNames): string => `\
import { createTestApp, type TestApp } from '../support/create-test-app';
import type { TestClient } from '../support/test-client';

describe('${names.words.many}', () => {
  let app: TestApp;
  let alice: TestClient;

  beforeAll(async () => {
    app = await createTestApp();
    alice = await app.asUser();
  });

  afterAll(() => app.close());

  const add = async (title: string) => (await alice.post('/${names.many}', { title })).body.id as string;
${ownRows(names)}${guards(names)}});
`;

const ownRows = ({ many }: FeatureNames): string => `
  it('are made with 201, and Location leads to them', async () => {
    const answer = await alice.post('/${many}', { title: 'first' });
    expect(answer).toMatchObject({ status: 201, body: { title: 'first' } });
    const location = answer.headers.get('location')!;
    expect(location).toBe(\`/${many}/\${answer.body.id}\`);
    expect((await alice.get(location)).body).toEqual(answer.body);
  });

  it('are listed page by page, newest first', async () => {
    for (const title of ['second', 'third']) {
      app.clock.advance(1);
      await add(title);
    }
    const page = await alice.get('/${many}?limit=1');
    expect(page.body.items).toMatchObject([{ title: 'third' }]);
    const next = await alice.get(\`/${many}?limit=1&cursor=\${page.body.nextCursor}\`);
    expect(next.body.items).toMatchObject([{ title: 'second' }]);
  });

  it('are changed and deleted', async () => {
    const id = await add('old');
    expect(await alice.patch(\`/${many}/\${id}\`, { title: 'new' })).toMatchObject({ status: 200, body: { title: 'new' } });
    expect((await alice.delete(\`/${many}/\${id}\`)).status).toBe(204);
    expect((await alice.get(\`/${many}/\${id}\`)).status).toBe(404);
  });

  it('are refused without a good title', async () => {
    for (const title of [undefined, '', ' ', 'x'.repeat(201), 7, null, {}]) {
      expect([title, (await alice.post('/${many}', { title })).status]).toEqual([title, 400]);
    }
  });
`;

const guards = ({ many }: FeatureNames): string => `
  it('of somebody else are not found', async () => {
    const id = await add('private');
    const bob = await app.asUser();
    expect((await bob.get(\`/${many}/\${id}\`)).status).toBe(404);
    expect((await bob.patch(\`/${many}/\${id}\`, { title: 'mine now' })).status).toBe(404);
    expect((await bob.delete(\`/${many}/\${id}\`)).status).toBe(404);
    expect((await alice.get(\`/${many}/\${id}\`)).body).toMatchObject({ title: 'private' });
  });

  it.each([
    ['GET', '/${many}', '${many}:read'],
    ['GET', '/${many}/x', '${many}:read'],
    ['POST', '/${many}', '${many}:write'],
    ['PATCH', '/${many}/x', '${many}:write'],
    ['DELETE', '/${many}/x', '${many}:write'],
  ])('%s %s asks for a token with the scope %s', async (method, path, scope) => {
    expect((await app.request(method, path)).status).toBe(401);
    const others = ['${many}:read', '${many}:write'].filter((other) => other !== scope);
    const answer = await (await app.asUser({ scopes: others })).request(method, path);
    expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
  });
`;
