import { connect, type Socket } from 'node:net';

/** A request that waits for the word. */
export interface PreparedRequest {
  /** Base address of the node. */
  readonly url: string;
  readonly method?: string;
  readonly path: string;
  /** A text is a form, all else is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. */
export interface VolleyAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
  readonly body: any;
}

/**
 * Sends requests at one moment: each is written to a connection of its own but for its last byte, and when all wait so, the last
 * bytes are released together.
 */
export async function volley(requests: readonly PreparedRequest[]): Promise<VolleyAnswer[]> {
  const prepared = await Promise.all(requests.map(prepare));
  return Promise.all(prepared.map((release) => release()));
}

/** Opens a connection, sends a request whole, and cuts the connection without waiting for the answer. */
export async function sendAndVanish(request: PreparedRequest): Promise<void> {
  const socket = await open(request.url);
  await new Promise<void>((sent) => socket.write(bytesOf(request), () => sent()));
  socket.resetAndDestroy();
}

async function prepare(request: PreparedRequest): Promise<() => Promise<VolleyAnswer>> {
  const socket = await open(request.url);
  const bytes = bytesOf(request);
  socket.write(bytes.subarray(0, -1));
  return () => {
    const answer = read(socket);
    socket.write(bytes.subarray(-1));
    return answer;
  };
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((connected, reject) => {
    socket.once('connect', connected);
    socket.once('error', reject);
  });
  return socket;
}

function bytesOf({ url, method = 'POST', path, body = {}, headers = {} }: PreparedRequest): Buffer {
  const isForm = typeof body === 'string';
  const payload = Buffer.from(isForm ? body : JSON.stringify(body));
  const all = {
    Host: new URL(url).host,
    Connection: 'close',
    'Content-Type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    'Content-Length': String(payload.length),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n')), payload]);
}

function read(socket: Socket): Promise<VolleyAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('close', () => {
      const [head = '', ...rest] = Buffer.concat(chunks).toString().split('\r\n\r\n');
      const [statusLine = '', ...lines] = head.split('\r\n');
      const headers = new Map(
        lines.map((line) => [line.split(':', 1)[0]!.toLowerCase(), line.replace(/^[^:]*: */, '')]),
      );
      const text = rest.join('\r\n\r\n');
      const isJson = /json/.test(headers.get('content-type') ?? '') && text !== '';
      resolve({ status: Number(statusLine.split(' ')[1]), headers, body: isJson ? JSON.parse(text) : {} });
    });
  });
}
