import { loadSettings } from '../load-settings';

const administrator = (email: string, password: string) =>
  loadSettings({ ADMIN_EMAIL: email, ADMIN_PASSWORD: password }).firstAdministrator;

describe('the first administrator', () => {
  it.each([
    'root',
    'root@',
    '@example.com',
    'a@b@c',
    'root @example.com',
    'a@b.example,c@d.example e',
    `${'a'.repeat(250)}@b.example`,
  ])('has one e-mail address, unlike %p', (email) => {
    expect(() => administrator(email, 'long enough')).toThrow('ADMIN_EMAIL must be one e-mail address.');
  });

  it('has a password of 8 to 256 characters, counted as people count them', () => {
    for (const password of ['1234567', 'x'.repeat(257), '😀'.repeat(7)]) {
      expect(() => administrator('root@example.com', password)).toThrow(
        'ADMIN_PASSWORD must be 8 to 256 characters long.',
      );
    }
    for (const password of ['12345678', 'x'.repeat(256), '😀'.repeat(256)]) {
      expect(administrator('root@example.com', password)).toEqual({ email: 'root@example.com', password });
    }
  });

  it('has the password exactly as given, spaces at its ends included', () => {
    expect(administrator('root@example.com', ' spaced out ')?.password).toBe(' spaced out ');
  });
});

describe('REGISTRATION', () => {
  it('is open or closed', () => {
    expect(loadSettings({ REGISTRATION: 'closed' }).registration).toBe('closed');
    expect(() => loadSettings({ REGISTRATION: 'off' })).toThrow('REGISTRATION must be open or closed.');
  });
});
