import { checkPassword } from '../users/password-policy';
import { generatePassword } from './generated-password';

describe('a generated password', () => {
  it('has 120 bits, in groups that are easily read', () => {
    expect(generatePassword()).toMatch(/^(?:[a-km-np-z2-9]{4}-){5}[a-km-np-z2-9]{4}$/);
  });

  it('is never the same twice', () => {
    expect(new Set(Array.from({ length: 1_000 }, generatePassword)).size).toBe(1_000);
  });

  it('is good enough for the rules of passwords', async () => {
    expect(await checkPassword(generatePassword(), { username: 'bob' })).toEqual({ ok: true });
  });
});
