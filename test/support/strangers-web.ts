import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, TcpNetConnectOpts } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { OutboundNetwork } from '../../src/outbound/outbound-network';
import { selfSigned } from './self-signed';

/** Where the hosts of strangers seem to be. */
export const A_PUBLIC_ADDRESS = '93.184.215.14';

/** A request that came to a stranger's server. */
export interface StrangersRequest {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

interface Host {
  readonly context: SecureContext;
  answer: RequestListener;
}

/**
 * The servers of strangers, all of them on this machine behind one port, with names, addresses and certificates as on the internet. Whatever is not among
 * them does not exist.
 */
export class StrangersWeb extends OutboundNetwork {
  override readonly authorities: string[] = [];
  /** Every request that arrived anywhere. */
  readonly requests: StrangersRequest[] = [];
  /** The addresses that were to be connected to, in order. */
  readonly connections: { readonly host: string; readonly addresses: readonly string[] }[] = [];
  /** How often the name of a host was asked for. */
  readonly questions: string[] = [];
  private readonly hosts = new Map<string, Host>();
  private readonly names = new Map<string, (readonly string[])[]>();
  private readonly server: Server;
  private port = 0;

  private constructor() {
    super();
    this.server = createServer(
      { SNICallback: (name, give) => give(null, this.hosts.get(name)?.context) },
      (request, response) => this.answer(request, response),
    );
    // A client that breaks a connection off is no news.
    this.server.on('tlsClientError', () => undefined);
  }

  /** Opens the web. */
  static async open(): Promise<StrangersWeb> {
    const web = new StrangersWeb();
    await new Promise<void>((listening) => web.server.listen(0, '127.0.0.1', listening));
    web.port = (web.server.address() as AddressInfo).port;
    return web;
  }

  /** Puts a server there, or changes what it answers. @param trusted whether its certificate is one that everybody trusts */
  host(name: string, answer: RequestListener, { trusted = true }: { readonly trusted?: boolean } = {}): void {
    const known = this.hosts.get(name);
    if (known !== undefined) {
      known.answer = answer;
      return;
    }
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const certificate = `-----BEGIN CERTIFICATE-----\n${selfSigned(privateKey, name).toString('base64')}\n-----END CERTIFICATE-----\n`;
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    this.hosts.set(name, { context: createSecureContext({ key, cert: certificate }), answer });
    if (trusted) this.authorities.push(certificate);
    if (!this.names.has(name)) this.point(name, [A_PUBLIC_ADDRESS]);
  }

  /** Serves a JSON document, until it is changed. */
  json(url: string, document: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.serve(url, JSON.stringify(document), { 'content-type': 'application/json', ...headers });
  }

  /** Serves bytes at an address, beside what else its host serves. */
  serve(url: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}, status = 200): void {
    const { hostname, pathname } = new URL(url);
    const before = this.hosts.get(hostname)?.answer ?? nothing;
    this.host(hostname, (request, response) => {
      if (request.url !== pathname) before(request, response);
      else response.writeHead(status, headers).end(body);
    });
  }

  /** Says what name servers answer: one list of addresses after the other, the last from then on. */
  point(name: string, ...answers: readonly (readonly string[])[]): void {
    this.names.set(name, [...answers]);
  }

  /** How often a document was asked for. */
  count(url: string): number {
    return this.requests.filter((request) => request.url === url).length;
  }

  async resolve(host: string): Promise<readonly string[]> {
    this.questions.push(host);
    const answers = this.names.get(host) ?? [[]];
    return (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
  }

  route(host: string, _port: number, addresses: readonly string[]): TcpNetConnectOpts {
    this.connections.push({ host, addresses });
    return { host: '127.0.0.1', port: this.port };
  }

  /** Closes it, if it is open, whoever is still connected. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const host = request.headers.host ?? '';
    this.requests.push({ url: `https://${host}${request.url}`, headers: request.headers });
    (this.hosts.get(host.replace(/:\d+$/, ''))?.answer ?? nothing)(request, response);
  }
}

function nothing(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404).end();
}
