import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { extname } from 'node:path';
import type { CertificateFiles } from './tls-certificate';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
};

/** A site of files and of texts by their paths, over https at a port of `localhost`. */
export async function serveSite(
  port: number,
  tls: CertificateFiles,
  pages: Readonly<Record<string, { readonly file: string } | { readonly text: string }>>,
): Promise<Server> {
  const [cert, key] = await Promise.all([readFile(tls.certificate), readFile(tls.key)]);
  const server = createServer({ cert, key }, (request, response) => {
    const path = new URL(request.url ?? '/', 'https://localhost').pathname;
    const page = pages[path];
    if (page === undefined) return void response.writeHead(404).end();
    response.setHeader('content-type', TYPES[extname(path)] ?? 'text/html; charset=utf-8');
    if ('text' in page) return void response.end(page.text);
    return void readFile(page.file).then((content) => response.end(content));
  });
  await new Promise<void>((listening) => server.listen(port, 'localhost', listening));
  return server;
}
