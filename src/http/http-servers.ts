import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import { lookup } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { answerClientError } from './client-errors';
import type { TlsIdentity } from './tls-identity';

/** All in milliseconds. */
const TIMEOUTS = {
  /** Until both sides of a TLS connection know each other; no list of connections has it before, so not longer than {@link GRACE}. */
  handshake: 10_000,
  /** Until the last byte of the headers (CWE-400: slow headers). */
  headers: 15_000,
  /** Until the last byte of the body. */
  request: 30_000,
  /** A connection on which nothing moves at all. */
  silence: 60_000,
  /** A connection between two requests; longer than usual load balancers wait. */
  keepAlive: 65_000,
  /** How often the above are looked at. */
  check: 2_000,
  /** How often connections that have become idle are closed while the server stops. */
  drain: 50,
} as const;

/** How long requests in flight may take once the server stops, in milliseconds. */
const GRACE = 10_000;

/** All headers of a request together, in bytes; more is answered with 431. */
const MAX_HEADER_SIZE = 16_384;

/**
 * The sockets under the application. A host name may stand for several addresses (`localhost` is 127.0.0.1 and ::1): each gets a
 * server, and all of them stop together, when the requests in flight are answered.
 */
export class HttpServers {
  private readonly servers: Server[] = [];
  private listener: RequestListener | undefined;
  private stopped: Promise<void> = Promise.resolve();
  private draining = false;

  /** @param identity who the servers are to browsers; null where they speak plain HTTP */
  constructor(
    private readonly issuer: string,
    private readonly identity: TlsIdentity | null = null,
    private readonly grace = GRACE,
  ) {}

  /** Makes a server that answers with that listener. */
  create(listener: RequestListener): Server {
    this.listener = (request, response) => {
      if (this.draining) response.setHeader('Connection', 'close');
      listener(request, response);
    };
    return this.serve(this.listener);
  }

  /**
   * Shows the certificate that is in the files now to those who connect from now on.
   * @throws {StartupError} when the files are no good; the certificate stays what it was
   */
  renewCertificate(): void {
    if (this.identity === null) return;
    const context = this.identity.read();
    for (const server of this.servers) if (server instanceof SecureServer) server.setSecureContext(context);
  }

  /** From now on every answer closes its connection (RFC 9112 §9.6), so that clients come back to another node. */
  drain(): void {
    this.draining = true;
  }

  private serve(listener: RequestListener): Server {
    const options = {
      connectionsCheckingInterval: TIMEOUTS.check,
      headersTimeout: TIMEOUTS.headers,
      requestTimeout: TIMEOUTS.request,
      keepAliveTimeout: TIMEOUTS.keepAlive,
      maxHeaderSize: MAX_HEADER_SIZE,
    };
    const server =
      this.identity === null
        ? createServer(options, listener)
        : createSecureServer({ ...options, ...this.identity.read(), handshakeTimeout: TIMEOUTS.handshake }, listener);
    server.setTimeout(TIMEOUTS.silence);
    this.servers.push(server);
    return server;
  }

  /** Stops all servers when the application closes. */
  follow(fastify: FastifyInstance): void {
    fastify.addHook('preClose', (done) => {
      this.stopped = this.stop();
      done();
    });
    fastify.addHook('onClose', () => this.stopped);
  }

  /**
   * Listens on every address of the host.
   * @param listen starts the first server
   * @returns where the first server listens
   * @throws {Error} with the `code` of the system where an address is taken or refused
   */
  async listen(
    host: string,
    port: number,
    listen: (address: string, port: number) => Promise<Server>,
  ): Promise<AddressInfo> {
    const [first = host, ...others] = await addressesOf(host);
    const main = await listen(first, port);
    const bound = main.address() as AddressInfo;
    for (const address of others) await this.listenToo(address, bound.port);
    return bound;
  }

  private async listenToo(address: string, port: number): Promise<void> {
    if (this.listener === undefined) return;
    const server = this.serve(this.listener);
    server.on('clientError', answerClientError(this.issuer));
    await new Promise<void>((resolve, reject) => {
      server.once('listening', resolve);
      server.once('error', (error: NodeJS.ErrnoException) => {
        // The name is known, but this machine has no such address.
        if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve();
        else reject(error);
      });
      server.listen(port, address);
    });
  }

  private async stop(): Promise<void> {
    const running = this.servers.filter((server) => server.listening);
    const closing = running.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    const drain = setInterval(() => running.forEach((server) => server.closeIdleConnections()), TIMEOUTS.drain);
    const cut = setTimeout(() => running.forEach((server) => server.closeAllConnections()), this.grace);
    await Promise.all(closing);
    clearInterval(drain);
    clearTimeout(cut);
  }
}

/** Numeric hosts stand for themselves; names are looked up, IPv4 first. */
async function addressesOf(host: string): Promise<string[]> {
  if (host !== 'localhost') return [host];
  const found = await lookup(host, { all: true, order: 'ipv4first' });
  return [...new Set(found.map(({ address }) => address))];
}
