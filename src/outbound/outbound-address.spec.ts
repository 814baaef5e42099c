import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { isLoopbackHost, isPublicAddress } from './outbound-address';

const octet = fc.integer({ min: 0, max: 255 });

/** An IPv4 address in a network. */
function within(network: string): fc.Arbitrary<string> {
  const [base = '', bits = ''] = network.split('/');
  const start = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return fc
    .integer({ min: 0, max: 2 ** (32 - Number(bits)) - 1 })
    .map((offset) => [24, 16, 8, 0].map((shift) => Math.floor((start + offset) / 2 ** shift) % 256).join('.'));
}

/** An IPv6 address that begins with these groups of four hexadecimal digits. */
function beginningWith(...groups: readonly string[]): fc.Arbitrary<string> {
  return fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8 - groups.length, maxLength: 8 - groups.length })
    .map((rest) => [...groups, ...rest.map((group) => group.toString(16))].join(':'));
}

describe('a public address', () => {
  it.each(['8.8.8.8', '93.184.215.14', '1.1.1.1', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0'])(
    'is %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each(['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '2a00:1450:4001:82a::200e', '2001:4860:4860::8888'])(
    'is %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
    ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
    ...['192.31.196.0/24', '192.52.193.0/24', '192.175.48.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ])('DCR-01: is none in %s (RFC 6890)', (network) => {
    fc.assert(fc.property(within(network), (address) => isIPv4(address) && !isPublicAddress(address)));
  });

  it.each([
    ['unspecified and loopback', ['0', '0', '0', '0', '0', '0', '0']],
    ['IPv4-mapped', ['0', '0', '0', '0', '0', 'ffff']],
    ['IPv4-compatible', ['0', '0', '0', '0', '0', '0']],
    ['IPv4-translated', ['0', '0', '0', '0', 'ffff', '0']],
    ['NAT64', ['64', 'ff9b', '0', '0', '0', '0']],
    ['local NAT64', ['64', 'ff9b', '1']],
    ['discard-only', ['100', '0', '0', '0']],
    ['Teredo', ['2001', '0']],
    ['benchmarking', ['2001', '2', '0']],
    ['ORCHID', ['2001', '20']],
    ['documentation', ['2001', 'db8']],
    ['newer documentation', ['3fff', '0']],
    ['6to4', ['2002']],
    ['segment routing', ['5f00']],
    ['unique local', ['fc00']],
    ['unique local, with the metadata of a cloud', ['fd00', 'ec2']],
    ['link-local', ['fe80']],
    ['site-local', ['fec0']],
    ['multicast', ['ff02']],
    ['not assigned', ['4000']],
  ])('DCR-01: is none that is %s (RFC 6890)', (_name, groups) => {
    fc.assert(fc.property(beginningWith(...groups), (address) => isIPv6(address) && !isPublicAddress(address)));
  });

  it('DCR-01: is none that stands for an IPv4 address, however public that is', () => {
    const embedded = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
    fc.assert(
      fc.property(embedded, (address) => {
        const spellings = [`::ffff:${address}`, `::${address}`, `64:ff9b::${address}`, `::ffff:0:${address}`];
        return spellings.every((spelling) => !isPublicAddress(spelling));
      }),
    );
  });

  it.each(['169.254.169.254', '100.100.100.200', 'fd00:ec2::254', '168.63.129.16', '192.0.0.192'])(
    'DCR-01: is not where a cloud keeps its metadata: %s',
    (address) => expect(isPublicAddress(address)).toBe(false),
  );

  it.each(['', 'localhost', '1.2.3', '010.0.0.1', '0x7f.1', '2130706433', 'fe80::1%eth0', '2001:4860:4860::8888%1'])(
    'is nothing that is no plain address: %p',
    (text) => expect(isPublicAddress(text)).toBe(false),
  );

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => typeof isPublicAddress(text) === 'boolean'),
    );
  });
});

describe('this machine', () => {
  it.each(['localhost', 'localhost.', 'app.localhost', '127.0.0.1', '127.255.1.2', '::1'])('is %s', (host) =>
    expect(isLoopbackHost(host)).toBe(true),
  );

  it.each(['localhost.example.com', 'notlocalhost', '126.0.0.1', '0.0.0.0', '::', '::2', '127.0.0.1.nip.io'])(
    'is not %s',
    (host) => expect(isLoopbackHost(host)).toBe(false),
  );
});
