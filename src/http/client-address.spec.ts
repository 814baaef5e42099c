import { fastify } from 'fastify';
import { addressBucket, clientAddress } from './client-address';

/** The address found for a request from `peer` with these headers, where these proxies are trusted. */
async function found(
  peer: string,
  headers: Readonly<Record<string, string>> = {},
  trustProxy: string[] | false = false,
): Promise<string> {
  const app = fastify({ trustProxy });
  app.get('/', (request) => ({ address: clientAddress(request) }));
  const answer = await app.inject({ url: '/', remoteAddress: peer, headers });
  await app.close();
  return answer.json<{ address: string }>().address;
}

describe('the address of a client', () => {
  const forwarding = [
    'x-forwarded-for',
    'forwarded',
    'x-real-ip',
    'cf-connecting-ip',
    'true-client-ip',
    'x-client-ip',
    'x-originating-ip',
  ];

  it.each(forwarding)(
    'is that of the connection, whatever %s says, where no proxy is trusted (AUT-05)',
    async (name) => {
      expect(await found('203.0.113.7', { [name]: '198.51.100.1' })).toBe('203.0.113.7');
    },
  );

  it('is not taken from a peer that is not among the trusted proxies (AUT-05)', async () => {
    expect(await found('203.0.113.7', { 'x-forwarded-for': '198.51.100.1' }, ['10.0.0.0/8'])).toBe('203.0.113.7');
  });

  it('is the rightmost one that no trusted proxy has (AUT-05)', async () => {
    const chain = { 'x-forwarded-for': '1.1.1.1, 198.51.100.9, 10.1.1.1' };
    expect(await found('10.0.0.1', chain, ['10.0.0.0/8'])).toBe('198.51.100.9');
  });

  it.each(['unknown', '_x', 'client.example', '1.2.3', '0x7f.1', '1.2.3.4.5', '::zz', `${'9'.repeat(10_000)}`])(
    'is that of the connection where the trusted proxy forwards "%.20s", which is none (AUT-05)',
    async (garbage) => {
      expect(await found('10.0.0.1', { 'x-forwarded-for': garbage }, ['10.0.0.0/8'])).toBe('10.0.0.1');
    },
  );

  it.each([
    ['198.51.100.1:4711', '198.51.100.1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:198.51.100.1', '198.51.100.1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('is written in one way: %s', async (sent, address) => {
    expect(await found('10.0.0.1', { 'x-forwarded-for': sent }, ['10.0.0.1'])).toBe(address);
  });

  it('is unwrapped where the socket speaks IPv6 with an IPv4 client', async () => {
    expect(await found('::ffff:203.0.113.7')).toBe('203.0.113.7');
  });
});

describe('the bucket of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::9', '2001:db8:1:3::/64'],
    ['::1', '::/64'],
  ])('of %s is %s', (address, bucket) => {
    expect(addressBucket(address)).toBe(bucket);
  });
});
