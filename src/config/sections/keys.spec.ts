import { randomBytes } from 'node:crypto';
import { loadSettings } from '../load-settings';

const keysOf = (value: string): readonly string[] => loadSettings({ KEY_ENCRYPTION_KEY: value }).keys.encryptionKeys;

describe('KEY_ENCRYPTION_KEY', () => {
  it('is a list of 32-byte keys in base64 or base64url, in the order given', () => {
    const first = Buffer.alloc(32, 0xfb).toString('base64');
    const second = Buffer.alloc(32, 0xff).toString('base64url');
    expect(keysOf(`${first}, ${second}`)).toEqual([first, second]);
  });

  it.each([
    ['31 bytes', randomBytes(31).toString('base64')],
    ['33 bytes', randomBytes(33).toString('base64')],
    ['64 bytes', randomBytes(64).toString('base64')],
    ['hexadecimal', randomBytes(32).toString('hex')],
    ['a passphrase', 'correct horse battery staple correct horse'],
    ['a mixture of both alphabets', `${'A'.repeat(41)}+_`],
    ['an empty entry', `${randomBytes(32).toString('base64')},`],
  ])('is not %s', (_name, value) => {
    expect(() => keysOf(value)).toThrow('KEY_ENCRYPTION_KEY must be 32 random bytes in base64');
  });

  it('is accepted in production when random', () => {
    for (let i = 0; i < 200; i++) {
      const key = randomBytes(32).toString('base64url');
      const settings = loadSettings({ NODE_ENV: 'production', ISSUER: 'https://a.example', KEY_ENCRYPTION_KEY: key });
      expect(settings.keys.encryptionKeys).toEqual([key]);
    }
  });
});

describe('KEY_ROTATION_INTERVAL', () => {
  it('is an hour at least, so that those who cache the key set can follow', () => {
    expect(loadSettings({ KEY_ROTATION_INTERVAL: '1h' }).keys.rotationInterval).toBe(3_600);
    expect(() => loadSettings({ KEY_ROTATION_INTERVAL: '59m' })).toThrow(
      /^KEY_ROTATION_INTERVAL must be .* from 1h to 3650d\.$/,
    );
  });
});
