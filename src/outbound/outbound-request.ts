import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { OutboundNetwork } from './outbound-network';
import type { OutboundTarget } from './outbound-target';

/** The most bytes of headers that are read. */
const MOST_HEADER_BYTES = 16_384;

/** An answer, read to its end. */
export interface OutboundAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The body is longer than asked for. */
export class TooLarge extends Error {}

/** One request and what bounds it. */
export interface BoundedRequest {
  readonly target: OutboundTarget;
  /** Those that were found good: no other is connected to. */
  readonly addresses: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly mostBytes: number;
  /** What is sent, in the form of `application/x-www-form-urlencoded`; of the answer to it nothing but the status is read. */
  readonly form?: string;
  readonly signal: AbortSignal;
}

/**
 * Sends a GET, or a form by POST, and reads the answer. No redirect is followed, no connection is kept, nothing is decompressed.
 * @throws {TooLarge} when the body is longer than it may be
 * @throws {Error} when there is no answer, or the certificate is not good for the host
 */
export function send(network: OutboundNetwork, bounded: BoundedRequest): Promise<OutboundAnswer> {
  const { target, headers, form, signal } = bounded;
  return new Promise((resolve, reject) => {
    const request = (target.url.protocol === 'https:' ? requestSecure : requestPlain)({
      method: form === undefined ? 'GET' : 'POST',
      host: target.host,
      port: target.port,
      path: `${target.url.pathname}${target.url.search}`,
      headers: { host: target.url.host, connection: 'close', ...headers, ...headersOfForm(form) },
      maxHeaderSize: MOST_HEADER_BYTES,
      createConnection: () => open(network, bounded),
      signal,
    });
    request.on('error', reject);
    request.once('response', (response) => resolve(read(request, response, bounded)));
    request.end(form);
  });
}

function headersOfForm(form: string | undefined): Readonly<Record<string, string | number>> {
  if (form === undefined) return {};
  return { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(form) };
}

function open(network: OutboundNetwork, { target, addresses }: BoundedRequest): Socket {
  const route = network.route(target.host, target.port, addresses);
  if (target.url.protocol !== 'https:') return connect(route);
  return connectSecurely({
    ...route,
    // RFC 6066 §3: a name, never an address.
    servername: isIP(target.host) === 0 ? target.host : '',
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    // Said aloud, since an environment variable would switch it off otherwise.
    rejectUnauthorized: true,
    ...(network.authorities.length === 0 ? {} : { ca: [...network.authorities] }),
  });
}

async function read(
  request: ClientRequest,
  response: IncomingMessage,
  { form, mostBytes }: BoundedRequest,
): Promise<OutboundAnswer> {
  const { statusCode: status = 0, headers } = response;
  try {
    // What is no document is not read: its status says all.
    if (status !== 200 || form !== undefined) return { status, headers, body: Buffer.alloc(0) };
    if (Number(headers['content-length'] ?? 0) > mostBytes) throw new TooLarge();
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostBytes) throw new TooLarge();
      chunks.push(chunk);
    }
    if (!response.complete) throw new Error('The answer was cut off.');
    return { status, headers, body: Buffer.concat(chunks) };
  } finally {
    request.destroy();
  }
}
