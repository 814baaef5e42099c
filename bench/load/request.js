/**
 * Writes one HTTP/1.1 request.
 *
 * @param {{ port: number, method?: string, path: string, token?: string, type?: string, body?: string }} request
 * @returns {string} head and body, to be sent as latin1
 */
export function formatRequest({ port, method = 'GET', path, token, type, body }) {
  let head = `${method} ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nAccept: application/json\r\n`;
  if (token !== undefined) head += `Authorization: Bearer ${token}\r\n`;
  if (body === undefined) return `${head}\r\n`;
  return `${head}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`;
}
