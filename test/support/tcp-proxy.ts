import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between the application and its database, and takes the one away from the other in the ways in which that happens. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private paused = false;

  private constructor(
    private readonly target: { host: string; port: number },
    private server: Server,
    private readonly port: number,
  ) {}

  /** Opens a proxy to the server of this address. */
  static async to(url: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(url);
    const server = createServer();
    const bound = await listening(server, 0);
    const proxy = new TcpProxy({ host: hostname, port: Number(port) }, server, bound);
    proxy.serve();
    return proxy;
  }

  /** The same address, but through the proxy. */
  through(url: string): string {
    const address = new URL(url);
    address.host = `127.0.0.1:${this.port}`;
    return address.href;
  }

  /** Connections that are open through the proxy. */
  get connections(): number {
    return this.sockets.size / 2;
  }

  /** As a server that is stopped, or a cable that is pulled: connections stay, and nothing comes through. */
  pause(): void {
    this.paused = true;
    for (const socket of this.sockets) socket.pause();
  }

  /** Everything that was held back comes through. */
  resume(): void {
    this.paused = false;
    for (const socket of this.sockets) socket.resume();
  }

  /** As a server that has ended: every connection breaks, and new ones are refused. */
  async cut(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    this.breakConnections();
    await closed;
  }

  /** As a server that is there again. */
  async restore(): Promise<void> {
    this.server = createServer();
    await listening(this.server, this.port);
    this.serve();
  }

  /** Breaks every connection; new ones go through. */
  breakConnections(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  /** Ends the proxy. */
  async close(): Promise<void> {
    if (this.server.listening) await this.cut();
  }

  private serve(): void {
    this.server.on('connection', (client) => {
      const upstream = connect(this.target);
      this.join(client, upstream);
      this.join(upstream, client);
    });
  }

  private join(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => undefined);
    from.once('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    if (this.paused) from.pause();
  }
}

async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((done, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', done);
  });
  return (server.address() as AddressInfo).port;
}
