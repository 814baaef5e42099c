import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Addresses inside of the unicast space that belong to a cloud's own machinery: the host agent of Azure. */
const OF_CLOUDS: readonly string[] = ['168.63.129.16'];

/** What is assigned to the internet at large (RFC 4291 §2.4, RFC 3513 §4); of IPv6 nothing else is taken, whatever it may mean one day. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address belongs to the internet at large. Everything with a meaning of its own is not: loopback, private and shared networks, link-local
 * ones with the metadata of clouds, multicast, what is reserved, and IPv6 addresses that stand for IPv4 ones (RFC 6890).
 */
export function isPublicAddress(text: string): boolean {
  // A zone (RFC 4007 §11) names an interface of this machine.
  if (isIP(text) === 0 || text.includes('%') || OF_CLOUDS.includes(text)) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL_UNICAST);
}

/** Whether a host of a URL, in the spelling that the URL parser gives it, is this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3). */
export function isLoopbackHost(host: string): boolean {
  const name = host.replace(/\.$/, '');
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  return isIP(name) !== 0 && !name.includes('%') && ipaddr.parse(name).range() === 'loopback';
}
