import { Entry } from './entries';
import type { Fault } from './configuration-file';
import { readUser } from './user-reading';

const ROLES = new Set(['admin', 'editor']);
const HASH = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$4nXQ8D3Hy0pnpnx6eyaMqJ7sN2WVKH8Zr0tYQ2mBb1c';
const ALICE = { preferred_username: 'alice', email: 'alice@example.com' };

async function read(fields: Readonly<Record<string, unknown>>) {
  const faults: Fault[] = [];
  const user = await readUser(new Entry(['users', 0], { ...ALICE, ...fields }, faults), ROLES);
  return { user, faults: faults.map(({ place }) => place.slice(2).join('/')) };
}

describe('a person of the file', () => {
  it('is read in the claims of OpenID Connect Core §5.1', async () => {
    const given = { sub: 'auth0|123', name: 'Alice', roles: ['editor', 'editor'], password_hash: HASH, locked: false };
    const { user, faults } = await read(given);
    expect(faults).toEqual([]);
    expect(user).toMatchObject({
      id: 'auth0|123',
      displayName: 'Alice',
      roles: ['editor'],
      passwordHash: HASH,
      password: undefined,
      disabled: undefined,
      locked: false,
    });
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['a sub with a space', { sub: 'a b' }, ['sub']],
    ['a sub that is too long', { sub: 'x'.repeat(256) }, ['sub']],
    ['a number for a name', { preferred_username: 42 }, ['preferred_username']],
    ['no user name', { preferred_username: null }, ['preferred_username']],
    ['an e-mail address for a user name', { preferred_username: 'a@b' }, ['preferred_username']],
    ['no e-mail address', { email: undefined }, ['email']],
    ['a name with a line break', { name: 'Al\nice' }, ['name']],
    ['one role that is no list', { roles: 'admin' }, ['roles']],
    [
      'a role that nobody knows, and one that is none',
      { roles: ['admin', 'janitor', 'Ad min'] },
      ['roles/1', 'roles/2'],
    ],
    ['a common password', { password: 'password' }, ['password']],
    ['a password made of the name', { password: 'alice-alice' }, ['password']],
    ['a password twice', { password: 'violet-harbour-9-lantern', password_hash: HASH }, ['password_hash']],
    ['a hash of another kind', { password_hash: '$2b$10$abcdefghijklmnopqrstuv' }, ['password_hash']],
    ['a hash that costs too much', { password_hash: HASH.replace('m=19456', 'm=9999999') }, ['password_hash']],
    ['a mark that is no yes or no', { disabled: 'yes' }, ['disabled']],
    ['a field that nobody knows', { phone_number: '1' }, ['phone_number']],
  ])('is refused with %s', async (_what, fields, places) => {
    expect((await read(fields)).faults).toEqual(places);
  });
});
