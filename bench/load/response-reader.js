const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const EMPTY = Buffer.alloc(0);

/**
 * Cuts one HTTP/1.1 response out of the bytes received so far. It knows what the compared servers send and no more:
 * Content-Length, chunked bodies, and answers without a body.
 *
 * @param {Buffer} data everything received since the last response ended
 * @param {boolean} wantsBody false spares the copy of a good answer's body
 * @returns {null | { status: number, head: string, body: Buffer, length: number, close: boolean }} null while bytes are missing
 */
export function readResponse(data, wantsBody) {
  const headEnd = data.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const head = data.latin1Slice(0, headEnd);
  const status = Number(head.slice(9, 12));
  const bodyStart = headEnd + 4;
  const close = /\r\nconnection: *close/i.test(head);

  const lengthHeader = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (lengthHeader) {
    const length = bodyStart + Number(lengthHeader[1]);
    if (data.length < length) return null;
    return {
      status,
      head,
      body: wantsBody || status >= 400 ? Buffer.from(data.subarray(bodyStart, length)) : EMPTY,
      length,
      close,
    };
  }
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
    const chunked = readChunks(data, bodyStart);
    return chunked && { status, head, close, ...chunked };
  }
  return { status, head, body: EMPTY, length: bodyStart, close };
}

function readChunks(data, start) {
  const chunks = [];
  let at = start;
  for (;;) {
    const lineEnd = data.indexOf(LINE_END, at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(data.latin1Slice(at, lineEnd), 16);
    const chunkEnd = lineEnd + 2 + size;
    if (data.length < chunkEnd + 2) return null;
    if (size === 0) return { body: Buffer.concat(chunks), length: chunkEnd + 2 };
    chunks.push(Buffer.from(data.subarray(lineEnd + 2, chunkEnd)));
    at = chunkEnd + 2;
  }
}
