import { RESERVED_CLAIMS } from './access-token-claims';
import { ClaimsContributors, ReservedClaim } from './claims-contributor';

describe('ClaimsContributors', () => {
  const context = { userId: 'u', clientId: 'c', scopes: ['a'], audience: ['https://api.example.com'] };
  let contributors: ClaimsContributors;

  beforeEach(() => {
    contributors = new ClaimsContributors();
  });

  it('add nothing where there are none', async () => {
    expect(await contributors.collect(context)).toEqual({});
  });

  it('add claims for whom the token is, at once or later; of two the later one wins', async () => {
    contributors.register({ contribute: ({ userId, scopes }) => ({ tenant: `${userId}-${scopes.join()}`, level: 1 }) });
    contributors.register({ contribute: async () => ({ level: 2, nothing: undefined }) });
    expect(await contributors.collect(context)).toEqual({ tenant: 'u-a', level: 2 });
  });

  it('give claims as a reader of the token will see them', async () => {
    contributors.register({
      contribute: () => ({ since: new Date(0), list: [undefined, 1], map: { gone: undefined } }),
    });
    expect(await contributors.collect(context)).toEqual({
      since: '1970-01-01T00:00:00.000Z',
      list: [null, 1],
      map: {},
    });
  });

  it.each([...RESERVED_CLAIMS])('may not set %s, which is the server’s own', async (claim) => {
    contributors.register({ contribute: () => Object.fromEntries([[claim, 'x']]) });
    await expect(contributors.collect(context)).rejects.toThrow(ReservedClaim);
  });

  it('refuse a token by throwing', async () => {
    contributors.register({
      contribute: () => {
        throw new Error('not for you');
      },
    });
    await expect(contributors.collect(context)).rejects.toThrow('not for you');
  });
});
