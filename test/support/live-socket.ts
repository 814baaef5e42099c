import { WebSocket } from 'ws';

/** What came on a socket. */
export interface LiveMessage {
  readonly event: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** A socket, with what comes on it in the order of its coming. */
export class LiveSocket {
  /** Code and reason, once it is closed. */
  readonly closed: Promise<string>;
  private readonly socket: WebSocket;
  private readonly came: string[] = [];
  private wake = () => undefined as void;

  /** @param url of the server, as for HTTP */
  constructor(url: string, headers: Readonly<Record<string, string>>, path = '/live') {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers });
    this.closed = new Promise((done) => {
      this.socket.once('close', (code, reason) => done(`${code} ${reason.toString()}`));
    });
    this.socket.on('message', (data: Buffer) => {
      this.came.push(data.toString());
      this.wake();
    });
  }

  /** The next that comes. */
  async next(): Promise<LiveMessage> {
    while (this.came.length === 0) await new Promise<void>((done) => (this.wake = done));
    return JSON.parse(this.came.shift()!) as LiveMessage;
  }

  /** Sends a message, and waits for what comes next. */
  async ask(event: string): Promise<LiveMessage> {
    this.socket.send(JSON.stringify({ event, data: {} }));
    return this.next();
  }

  /** Hangs up. */
  close(): void {
    this.socket.close();
  }
}
