import { connect } from 'node:net';
import { readResponse } from './response-reader.js';

const HOST = '127.0.0.1';

/**
 * One keep-alive connection with at most one request on its way: no pipelining, as browsers and HTTP clients do it.
 * A raw socket instead of an HTTP client, so that one core of load saturates one core of server.
 */
export class Connection {
  #port;
  #wantsBody;
  #onResponse;
  #socket = null;
  #received = null;
  #request = null;
  #closed = false;

  /**
   * @param {{ port: number, wantsBody: boolean, onResponse: (status: number, body: Buffer, head: string) => void }} options
   *   `status` is 0 when the connection broke before an answer came.
   */
  constructor({ port, wantsBody, onResponse }) {
    this.#port = port;
    this.#wantsBody = wantsBody;
    this.#onResponse = onResponse;
  }

  get busy() {
    return this.#request !== null;
  }

  /** @param {Buffer | string} request a whole request, head and body, in latin1 if it is a string */
  send(request) {
    this.#request = request;
    if (!this.#socket) this.#open();
    this.#socket.write(request, 'latin1');
  }

  close() {
    this.#closed = true;
    this.#socket?.destroy();
    this.#socket = null;
  }

  #open() {
    const socket = connect({
      port: this.#port,
      host: HOST,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(16384),
        callback: (size, buffer) => {
          this.#receive(buffer.subarray(0, size));
          return true;
        },
      },
    });
    socket.on('error', () => {});
    socket.on('close', () => this.#lost(socket));
    this.#socket = socket;
    this.#received = null;
  }

  #receive(bytes) {
    const data = this.#received ? Buffer.concat([this.#received, bytes]) : bytes;
    const response = readResponse(data, this.#wantsBody);
    if (!response) {
      this.#received = this.#received ? data : Buffer.from(data);
      return;
    }
    this.#received = response.length < data.length ? Buffer.from(data.subarray(response.length)) : null;
    if (response.close) this.#drop();
    this.#request = null;
    this.#onResponse(response.status, response.body, response.head);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.destroy();
  }

  #lost(socket) {
    if (this.#socket !== socket || this.#closed) return;
    this.#socket = null;
    if (this.#request === null) return;
    this.#request = null;
    // Later, not now: a server that is gone must not turn the load into a busy loop.
    setTimeout(() => this.#onResponse(0, Buffer.from('connection lost'), ''), 20);
  }
}
