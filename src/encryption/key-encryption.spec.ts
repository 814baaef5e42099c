import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../config/load-settings';
import { envelopeFor } from './key-encryption';

describe('the key-encryption key', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const settings = (keys = '', file = 'data/gatehouse.sqlite') => {
    const address = { NODE_ENV: 'test', DATABASE_URL: `sqlite:${join(folder, file)}` };
    return loadSettings(keys === '' ? address : { ...address, KEY_ENCRYPTION_KEY: keys });
  };
  const key = () => randomBytes(32).toString('base64');
  const secret = Buffer.from('secret');

  it('is made at first start where none is given, and kept beside the database for its owner only', () => {
    const sealed = envelopeFor(settings(), false).seal('x', secret);
    const file = join(folder, 'data/gatehouse.key');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(Buffer.from(readFileSync(file, 'utf8').trim(), 'base64')).toHaveLength(32);
    expect(envelopeFor(settings(), false).open('x', sealed)).toEqual(secret);
    expect(readdirSync(join(folder, 'data'))).toEqual(['gatehouse.key']);
  });

  it('is never replaced by a node that starts at the same moment', () => {
    const first = envelopeFor(settings(), false);
    const kept = readFileSync(join(folder, 'data/gatehouse.key'), 'utf8');
    for (let node = 0; node < 5; node++) {
      expect(envelopeFor(settings(), false).open('x', first.seal('x', secret))).toEqual(secret);
    }
    expect(readFileSync(join(folder, 'data/gatehouse.key'), 'utf8')).toBe(kept);
  });

  it('is the one that is given, and then no file is made', () => {
    const given = key();
    const sealed = envelopeFor(settings(given), false).seal('x', secret);
    expect(envelopeFor(settings(given), false).open('x', sealed)).toEqual(secret);
    expect(() => envelopeFor(settings(key()), false).open('x', sealed)).toThrow(/KEY_ENCRYPTION_KEY/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is missed in a sentence where its file is gone and the database holds secrets, and no other is made', () => {
    expect(() => envelopeFor(settings(), true)).toThrow(
      expect.objectContaining({
        name: 'StartupError',
        message: `The key of this database was kept in ${join(folder, 'data/gatehouse.key')}, which is gone: restore the file, or set KEY_ENCRYPTION_KEY to the key it held.`,
      }),
    );
    expect(readdirSync(folder)).toEqual([]);
    envelopeFor(settings(), false);
    expect(() => envelopeFor(settings(), true)).not.toThrow();
  });

  it('is named where it lies when a secret does not open: in its file, whatever else is given', () => {
    const foreign = envelopeFor(settings(key()), false).seal('x', secret);
    const file = join(folder, 'data/gatehouse.key');
    expect(() => envelopeFor(settings(), false).open('x', foreign)).toThrow(
      `cannot be decrypted with the key in ${file}: restore the file, or set KEY_ENCRYPTION_KEY to the key it held.`,
    );
    expect(() => envelopeFor(settings(key()), false).open('x', foreign)).toThrow(
      `if a new one is in use; the key that was made at first start is in ${file}.`,
    );
  });

  it('can be given in base64 or base64url, the first of several for sealing', () => {
    const [old, present] = [randomBytes(32), randomBytes(32)];
    const sealed = envelopeFor(settings(old.toString('base64')), false).seal('x', secret);
    const both = envelopeFor(settings(`${present.toString('base64url')},${old.toString('base64url')}`), false);
    expect(both.open('x', sealed)).toEqual(secret);
    expect(envelopeFor(settings(present.toString('base64')), false).open('x', both.seal('x', secret))).toEqual(secret);
  });

  it.each(['', 'short', 'x'.repeat(43), `${'A'.repeat(44)}\n${'A'.repeat(44)}`])(
    'is missed in a sentence where the file holds %j',
    (content) => {
      mkdirSync(join(folder, 'data'));
      writeFileSync(join(folder, 'data/gatehouse.key'), content);
      const sentence = /^The key file .*gatehouse\.key does not hold 32 bytes in base64: restore it, or set .*\.$/;
      const expected =
        content === 'x'.repeat(43)
          ? expect.anything()
          : { name: 'StartupError', message: expect.stringMatching(sentence) };
      let outcome: unknown;
      try {
        outcome = envelopeFor(settings(), false);
      } catch (error) {
        outcome = error;
      }
      expect(outcome).toEqual(content === 'x'.repeat(43) ? expected : expect.objectContaining(expected));
    },
  );

  it('is missed in a sentence where its folder cannot be made or the file cannot be read', () => {
    writeFileSync(join(folder, 'file'), '');
    const sentence = (text: RegExp) =>
      expect.objectContaining({ name: 'StartupError', message: expect.stringMatching(text) });
    expect(() => envelopeFor(settings('', 'file/below.sqlite'), false)).toThrow(
      sentence(/^The key file .* cannot be .*KEY_ENCRYPTION_KEY\.$/),
    );
    mkdirSync(join(folder, 'data/gatehouse.key'), { recursive: true });
    expect(() => envelopeFor(settings(), false)).toThrow(
      sentence(/^The key file .* cannot be read: .*KEY_ENCRYPTION_KEY\.$/),
    );
  });
});
