import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { randomId } from '../crypto/random-id';
import { Problem } from './problem';
import type { ProblemCode } from './problem-codes';
import { PROBLEM_TYPE, problemBody } from './problem-response';

const CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Answers what the HTTP parser refuses, as far as anybody still listens, and closes the connection (RFC 9112 §9.6). */
export function answerClientError(issuer: string): (error: Error & { code?: string }, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || hasAnswerUnderWay(socket)) {
      socket.destroy();
      return;
    }
    const problem = new Problem(CODES[error.code ?? ''] ?? 'bad_request');
    const requestId = randomId();
    const body = problemBody(problem, issuer, requestId);
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      `Content-Type: ${PROBLEM_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      `X-Request-Id: ${requestId}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  };
}

/** Node.js hangs the answer in progress on the socket; a second one would be read as part of it. */
function hasAnswerUnderWay(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as Socket & { _httpMessage?: { headersSent?: boolean } | null };
  return answer?.headersSent === true;
}
