import { siteOf } from './site';

describe('the site of a host', () => {
  it.each([
    ['example.com', 'example.com'],
    ['a.b.c.example.com', 'example.com'],
    ['a.example.com:8443', 'example.com'],
    ['a.example.co.uk', 'example.co.uk'],
    ['example.com.au', 'example.com.au'],
    ['a.example.de', 'example.de'],
    ['a.co.example', 'co.example'],
    ['localhost:3000', 'localhost'],
    ['192.0.2.7:8443', '192.0.2.7'],
    ['[2001:db8::7]:8443', '[2001:db8::7]'],
  ])('of %s is %s', (host, site) => {
    expect(siteOf(host)).toBe(site);
  });
});
