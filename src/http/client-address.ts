import { isIPv4, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';

/**
 * The client's address as far as the trusted proxies vouch for it, in its shortest form; an IPv4 address mapped into IPv6 is
 * unwrapped. What is no address in a forwarding header counts as not sent: then it is the address of the connection.
 */
export function clientAddress(request: FastifyRequest): string {
  return normalAddress(request.ip) ?? normalAddress(request.socket.remoteAddress) ?? '0.0.0.0';
}

/**
 * What a rate limit counts as one client: an IPv4 address, or the /64 network of an IPv6 address, which is the least that one
 * customer gets.
 */
export function addressBucket(address: string): string {
  const normal = normalAddress(address);
  if (normal === null || isIPv4(normal)) return normal ?? address;
  const network = ipaddr.IPv6.parse(normal).parts.slice(0, 4);
  return `${new ipaddr.IPv6([...network, 0, 0, 0, 0]).toString()}/64`;
}

/** Proxies may add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711` (RFC 7239 §6). */
const WITH_PORT = /^(?:\[([^\]]{2,45})\]|(\d{1,3}(?:\.\d{1,3}){3})):\d{1,5}$/;

function normalAddress(text: string | undefined): string | null {
  if (text === undefined || text.length > 64) return null;
  if (isIPv4(text)) return text;
  const [, v6, v4] = WITH_PORT.exec(text) ?? [];
  const bare = v6 ?? v4 ?? text;
  // Not ipaddr.process(): it also takes the octal, hexadecimal and short forms that no honest proxy writes.
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return null;
  const address = ipaddr.IPv6.parse(bare);
  delete address.zoneId;
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toString();
}
