import { isIP } from 'node:net';
import { isLoopbackHost } from './outbound-address';

/** The longest address that is fetched, in characters. */
const LONGEST = 2_048;

/** Where a document is to be fetched from. */
export interface OutboundTarget {
  readonly url: URL;
  /** The host as it is resolved: without brackets, without the dot at the end. */
  readonly host: string;
  readonly port: number;
  /** Whether it is this machine, which only development allows. */
  readonly isLoopback: boolean;
  /** The addresses that the URL itself says; empty where the host has to be resolved. */
  readonly literal: readonly string[];
}

/**
 * Reads the address of a document of a stranger: https, no credentials, no port of another protocol.
 * @param loopback whether documents of this machine may be fetched, also without https
 * @returns null where it is not to be fetched
 */
export function targetOf(text: string, loopback: boolean): OutboundTarget | null {
  if (text.length > LONGEST || !URL.canParse(text)) return null;
  const url = new URL(text);
  // The parser has made one spelling of it: what `2130706433`, `0x7f.1` or full-width digits mean shows here.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isLoopback = isLoopbackHost(host);
  if (host === '' || url.username !== '' || url.password !== '' || (isLoopback && !loopback)) return null;
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)) return null;
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
  // Ports below 1024 belong to other protocols (RFC 6335 §6), which a request of ours may mean something to.
  if (port < 1_024 && url.port !== '') return null;
  return { url, host, port, isLoopback, literal: literalOf(host, isLoopback) };
}

/** RFC 6761 §6.3: what is called localhost is this machine, whatever a name server says. */
function literalOf(host: string, isLoopback: boolean): readonly string[] {
  if (isIP(host) !== 0) return [host];
  return isLoopback ? ['127.0.0.1', '::1'] : [];
}
