/**
 * Writes one HTTP/1.1 request.
 *
 * @param {{ port: number, method?: string, path: string, token?: string, authorization?: string, cookie?: string, accept?: string,
 *   type?: string, body?: string }} request
 * @returns {string} head and body, to be sent as latin1
 */
export function formatRequest({
  port,
  method = 'GET',
  path,
  token,
  authorization = token === undefined ? undefined : `Bearer ${token}`,
  cookie = '',
  accept = 'application/json',
  type,
  body,
}) {
  let head = `${method} ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nAccept: ${accept}\r\n`;
  if (authorization !== undefined) head += `Authorization: ${authorization}\r\n`;
  if (cookie !== '') head += `Cookie: ${cookie}\r\n`;
  if (body === undefined) return `${head}\r\n`;
  return `${head}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`;
}
