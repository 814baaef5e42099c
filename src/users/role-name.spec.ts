import { isRoleName } from './role-name';

describe('the name of a role', () => {
  it.each(['admin', 'note-editor', 'team:lead', 'a', 'x'.repeat(64)])('can be %s', (name) => {
    expect(isRoleName(name)).toBe(true);
  });

  it.each(['', ' ', 'two words', 'admin ', '\nadmin', 'Admin', '9lives', 'ädmin', 'x'.repeat(65), 'a%'])(
    'cannot be %j',
    (name) => {
      expect(isRoleName(name)).toBe(false);
    },
  );
});
