import { randomBytes } from 'node:crypto';
import { Envelope, EnvelopeNotOpened } from './envelope';

describe('Envelope', () => {
  const [keyA, keyB] = [randomBytes(32), randomBytes(32)];
  const secret = Buffer.from('the private part');

  it('opens what it sealed for the same purpose', () => {
    const envelope = new Envelope([keyA]);
    expect(envelope.open('a', envelope.seal('a', secret))).toEqual(secret);
    expect(envelope.open('empty', envelope.seal('empty', Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  it('seals the same secret differently each time, and shows nothing of it', () => {
    const envelope = new Envelope([keyA]);
    const sealed = envelope.seal('a', secret);
    expect(sealed).toMatch(/^v1\.[\w-]{8}\.[\w-]+$/);
    expect(envelope.seal('a', secret)).not.toBe(sealed);
    expect(Buffer.from(sealed.split('.')[2]!, 'base64url').includes(secret)).toBe(false);
  });

  it('does not open what was sealed for another purpose', () => {
    const envelope = new Envelope([keyA]);
    expect(() => envelope.open('b', envelope.seal('a', secret))).toThrow(EnvelopeNotOpened);
  });

  it('does not open what was sealed with another key', () => {
    expect(() => new Envelope([keyB]).open('a', new Envelope([keyA]).seal('a', secret))).toThrow(EnvelopeNotOpened);
  });

  it('opens with any of its keys and seals with the first', () => {
    const old = new Envelope([keyA]).seal('a', secret);
    const both = new Envelope([keyB, keyA]);
    expect(both.open('a', old)).toEqual(secret);
    expect(both.isOutdated(old)).toBe(true);
    const renewed = both.seal('a', secret);
    expect(both.isOutdated(renewed)).toBe(false);
    expect(new Envelope([keyB]).open('a', renewed)).toEqual(secret);
  });

  it('does not open what was changed in any byte', () => {
    const envelope = new Envelope([keyA]);
    const [version, id, body] = envelope.seal('a', secret).split('.') as [string, string, string];
    const bytes = Buffer.from(body, 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect(() => envelope.open('a', [version, id, changed.toString('base64url')].join('.'))).toThrow(
        EnvelopeNotOpened,
      );
    }
  });

  it('does not open what is no envelope', () => {
    const envelope = new Envelope([keyA]);
    const [version, id, body] = envelope.seal('a', secret).split('.') as [string, string, string];
    const others = ['', '.', '..', 'v1', version, `${version}.${id}`, `${version}.${id}.`, `${version}.${id}.AAAA`];
    others.push(`v2.${id}.${body}`, `${version}.zzzzzzzz.${body}`, `${version}.${id}.${body.slice(0, 20)}`, body);
    for (const other of others) expect(() => envelope.open('a', other)).toThrow(EnvelopeNotOpened);
  });

  it('says in its error what to do, and neither key nor secret', () => {
    const sealed = new Envelope([keyA]).seal('signing key x', secret);
    const open = () => new Envelope([keyB]).open('signing key x', sealed);
    expect(open).toThrow(/"signing key x".*KEY_ENCRYPTION_KEY: give the key it was encrypted with/);
    expect(open).not.toThrow(keyB.toString('base64'));
  });

  it('cannot be made without a key', () => {
    expect(() => new Envelope([])).toThrow(RangeError);
  });
});
