import { ConsentStore } from '../../src/consents/consent.store';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { UserStore } from '../../src/users/user.store';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { recordStatements } from '../support/recorded-statements';
import { aClient } from '../support/test-clients';

const CLIENT = 'client-of-test';

describe('what people let clients have at one moment', () => {
  let app: TestApp;
  let ids: string[];

  beforeAll(async () => {
    app = await createTestApp();
    await aClient(app, {}, CLIENT);
    const names = Array.from({ length: 20 }, (_, at) => `person${at}`);
    for (const name of names) await app.register(name);
    const people = await Promise.all(names.map((name) => app.resolve(UserStore).findForSignIn(name)));
    ids = people.map((person) => person!.user.id);
  });

  afterEach(() => jest.restoreAllMocks());

  afterAll(() => app.close());

  const scopesOf = async (userId: string) => {
    const { scopes } = await app.resolve(ConsentStore).find(userId, CLIENT);
    return [...scopes].map(([resource, granted]) => [resource, [...granted]]);
  };
  const keepAll = (
    decisions: readonly { readonly userId: string; readonly resource: string; readonly scopes: string }[],
  ) =>
    app.resolve(UnitOfWork).run((transaction) =>
      Promise.all(
        decisions.map(({ userId, resource, scopes }) =>
          app.resolve(ConsentStore).keep(transaction, {
            user_id: userId,
            client_id: CLIENT,
            resource,
            scopes,
            claims: '',
          }),
        ),
      ),
    );

  it('is kept for each of them, by as many statements as it takes for sixteen each', async () => {
    const statements = recordStatements(app);
    await keepAll(ids.map((userId, at) => ({ userId, resource: 'https://a.example', scopes: `scope${at}` })));
    expect(statements.filter((sql) => sql.startsWith('INSERT INTO consents'))).toHaveLength(2);
    for (const [at, userId] of ids.entries()) {
      expect(await scopesOf(userId)).toEqual([['https://a.example', [`scope${at}`]]]);
    }
  });

  it('is kept for each resource server, and of two decisions about the same the last one counts', async () => {
    const [userId] = ids as [string];
    await keepAll([
      { userId, resource: 'https://a.example', scopes: 'first' },
      { userId, resource: 'https://b.example', scopes: 'other' },
      { userId, resource: 'https://a.example', scopes: 'last' },
    ]);
    expect((await scopesOf(userId)).sort()).toEqual([
      ['https://a.example', ['last']],
      ['https://b.example', ['other']],
    ]);
  });
});
