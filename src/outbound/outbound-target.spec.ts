import { targetOf } from './outbound-target';

describe('what is fetched', () => {
  it('is an https URL of a host, whose port is its own', () => {
    expect(targetOf('https://client.example/metadata.json?x=1', false)).toMatchObject({
      host: 'client.example',
      port: 443,
      isLoopback: false,
      literal: [],
    });
    expect(targetOf('https://client.example:8443/', false)).toMatchObject({ port: 8_443 });
    expect(targetOf('https://client.example./', false)).toMatchObject({ host: 'client.example' });
    expect(targetOf('https://[2001:4860:4860::8888]/', false)).toMatchObject({ literal: ['2001:4860:4860::8888'] });
  });

  it.each([
    ...['http://client.example/', 'ftp://client.example/', 'file:///etc/passwd', 'gopher://client.example/', 'data:,x'],
    ...['https://user@client.example/', 'https://user:secret@client.example/', 'https://', 'client.example', ''],
    ...['https://client.example:22/', 'https://client.example:25/', 'https://client.example:80/'],
    ...[`https://client.example/${'x'.repeat(2_048)}`],
  ])('DCR-01: is not %.60s', (url) => {
    expect(targetOf(url, false)).toBeNull();
    expect(targetOf(url, true)).toBeNull();
  });

  it.each([
    ...['http://127.0.0.1:8080/', 'http://localhost:8080/', 'http://[::1]:8080/', 'https://127.0.0.1/'],
    ...['https://2130706433/', 'https://0177.0.0.1/', 'https://0x7f.1/', 'https://127.1/', 'https://１２７.0.0.1/'],
    ...['https://app.localhost/', 'https://LOCALHOST./'],
  ])('DCR-01: is not this machine, unless that is allowed: %s', (url) => {
    expect(targetOf(url, false)).toBeNull();
    expect(targetOf(url, true)).toMatchObject({ isLoopback: true });
  });

  it('of this machine is at its own addresses, whatever name servers say (RFC 6761 §6.3)', () => {
    expect(targetOf('http://localhost:8080/', true)).toMatchObject({ literal: ['127.0.0.1', '::1'] });
  });

  it.each(['https://[::ffff:7f00:1]/', 'https://0/', 'https://[::]/', 'https://10.0.0.1/', 'https://100.64.0.1/'])(
    'leaves %s to the check of addresses, and does not take it for this machine',
    (url) => expect(targetOf(url, true)).toMatchObject({ isLoopback: false, literal: [expect.any(String)] }),
  );
});
