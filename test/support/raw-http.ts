import { connect, type Socket } from 'node:net';

/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name; of a header that came more than once, the values with commas between them. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  /** The body as JSON; `{}` where it is none. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
  readonly body: any;
}

/** All that came back over one connection. */
export interface RawExchange {
  readonly answers: readonly RawAnswer[];
  /** Whether the server closed the connection. */
  readonly closed: boolean;
  /** What came and is no whole answer. */
  readonly rest: string;
}

/** How to read what comes back. */
export interface RawOptions {
  /** Answers have no body, whatever their headers say: they are to HEAD requests. */
  readonly bodyless?: boolean;
  /** After so many milliseconds without a byte the exchange is over. */
  readonly quiet?: number;
  /** Say that nothing more will come: what waits for more bytes need not be waited for. */
  readonly end?: boolean;
}

/** A request of which every byte is the test's to choose. */
export interface RawRequest {
  readonly method?: string;
  /** The request target, sent as it is. */
  readonly target: string;
  /** Sent as they are, in this order, after Host and Connection. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer;
}

/** Opens a connection to the application at this address. */
export async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise<void>((connected, reject) => {
    socket.once('connect', connected);
    socket.once('error', reject);
  });
  // A server that cuts an attacker off may do so with a reset.
  socket.on('error', () => undefined);
  return socket;
}

/** Sends bytes over a connection of their own and reads what comes back, until the server closes or falls silent. */
export async function rawExchange(
  url: string,
  bytes: string | Buffer | readonly (string | Buffer)[],
  { bodyless = false, quiet = 400, end = false }: RawOptions = {},
): Promise<RawExchange> {
  const socket = await openSocket(url);
  const chunks: Buffer[] = [];
  let closed = false;
  const ended = new Promise<void>((done) => {
    let timer = setTimeout(done, 10 * quiet);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      clearTimeout(timer);
      timer = setTimeout(done, quiet);
    });
    socket.once('close', () => {
      closed = true;
      clearTimeout(timer);
      done();
    });
  });
  for (const part of typeof bytes === 'string' || Buffer.isBuffer(bytes) ? [bytes] : bytes) {
    if (!socket.writable) break;
    socket.write(latin1(part));
  }
  if (end) socket.end();
  await ended;
  socket.destroy();
  return { ...parse(Buffer.concat(chunks), bodyless), closed };
}

/** Sends one request and returns the one answer. @throws {Error} when none came, or more than one */
export async function rawRequest(url: string, request: RawRequest): Promise<RawAnswer> {
  const { answers } = await rawExchange(url, requestBytes(request), { bodyless: request.method === 'HEAD' });
  const [answer] = answers;
  if (answer === undefined || answers.length > 1) throw new Error(`${answers.length} answers came.`);
  return answer;
}

/** A request that asks the server to close the connection after it; Content-Length is added where there is a body. */
export function requestBytes({ method = 'GET', target, headers = [], body }: RawRequest): Buffer {
  const payload = latin1(body ?? '');
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(headers.some(([name]) => /^host$/i.test(name)) ? [] : ['Host: localhost']),
    ...(headers.some(([name]) => /^connection$/i.test(name)) ? [] : ['Connection: close']),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === undefined || headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name))
      ? []
      : [`Content-Length: ${payload.length}`]),
  ];
  return Buffer.concat([latin1(`${lines.join('\r\n')}\r\n\r\n`), payload]);
}

/** Texts are bytes here, so that a test can send what is no UTF-8. */
function latin1(part: string | Buffer): Buffer {
  return typeof part === 'string' ? Buffer.from(part, 'latin1') : part;
}

function parse(bytes: Buffer, bodyless: boolean): Pick<RawExchange, 'answers' | 'rest'> {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0 || !rest.subarray(0, 9).toString('latin1').startsWith('HTTP/1.1 ')) break;
    const [statusLine = '', ...lines] = rest.toString('latin1', 0, end).split('\r\n');
    const headers = new Map<string, string>();
    for (const line of lines) {
      const name = line.slice(0, line.indexOf(':')).toLowerCase();
      const value = line.slice(line.indexOf(':') + 1).trim();
      headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
    }
    const status = Number(statusLine.split(' ')[1]);
    rest = rest.subarray(end + 4);
    const { text, length } = readBody(rest, headers, bodyless || status === 204 || status === 304 || status < 200);
    rest = rest.subarray(length);
    const isJson = /json/.test(headers.get('content-type') ?? '') && text !== '';
    if (status >= 200) answers.push({ status, headers, text, body: isJson ? JSON.parse(text) : {} });
  }
  return { answers, rest: rest.toString('latin1') };
}

function readBody(
  bytes: Buffer,
  headers: ReadonlyMap<string, string>,
  bodyless: boolean,
): { text: string; length: number } {
  if (bodyless) return { text: '', length: 0 };
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(bytes);
  const announced = headers.get('content-length');
  const length = announced === undefined ? bytes.length : Math.min(Number(announced), bytes.length);
  return { text: bytes.toString('utf8', 0, length), length };
}

function readChunks(bytes: Buffer): { text: string; length: number } {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) return { text: Buffer.concat(parts).toString('utf8'), length: bytes.length };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
    if (size === 0) return { text: Buffer.concat(parts).toString('utf8'), length: at };
  }
}
