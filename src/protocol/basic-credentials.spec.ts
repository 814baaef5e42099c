import { isBasic, readBasicCredentials } from './basic-credentials';

const base64 = (text: string | Buffer) => Buffer.from(text as string).toString('base64');
const encoded = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');

describe('client credentials in the Authorization header (RFC 6749 §2.3.1)', () => {
  it.each([
    ['client', 'secret'],
    ['a:b', 'c:d'],
    ['client', 'p%ss+w rd/é=&'],
    ['client', ''],
    ['', 'secret'],
    ['日本', '語'],
  ])('TOK-02 are form-encoded and joined: %j and %j', (clientId, clientSecret) => {
    const header = `Basic ${base64(`${encoded(clientId)}:${encoded(clientSecret)}`)}`;
    expect(readBasicCredentials(header)).toEqual({ clientId, clientSecret });
  });

  it('TOK-02 take the scheme in any case (RFC 9110 §11.1)', () => {
    for (const scheme of ['basic', 'BASIC', 'bAsIc']) {
      expect(readBasicCredentials(`${scheme} ${base64('a:b')}`)).toEqual({ clientId: 'a', clientSecret: 'b' });
    }
  });

  it.each([
    ['no base64', 'Basic !!!'],
    ['base64url', `Basic ${base64('a?:b~~?').replaceAll('/', '_')}_`],
    ['bits behind the end', 'Basic YTpiYR=='],
    ['something behind them', `Basic ${base64('a:b')} x`],
    ['no colon', `Basic ${base64('ab')}`],
    ['a broken escape', `Basic ${base64('a:%zz')}`],
    ['an escape that is cut', `Basic ${base64('a:%4')}`],
    ['bytes that are no UTF-8', `Basic ${base64('a:%ff')}`],
    ['bytes beyond ASCII', `Basic ${base64(Buffer.from([0x61, 0x3a, 0xe9]))}`],
    ['NUL', `Basic ${base64('a:b\0')}`],
    ['NUL, escaped', `Basic ${base64('a:b%00')}`],
    ['nothing', 'Basic '],
    ['two schemes', `Basic Basic ${base64('a:b')}`],
    ['more than anybody has', `Basic ${'A'.repeat(8_000)}`],
    ['another scheme', `Bearer ${base64('a:b')}`],
  ])('TOK-02 are not read from %s', (_what, header) => {
    expect(readBasicCredentials(header)).toBeNull();
  });

  it('are recognised even where they cannot be read', () => {
    for (const header of ['Basic', 'basic x', 'Basic\tx', 'BASIC !']) {
      expect([header, isBasic(header)]).toEqual([header, true]);
    }
    for (const header of ['Basically x', 'Bearer x', '', undefined]) {
      expect([header, isBasic(header)]).toEqual([header, false]);
    }
  });
});
