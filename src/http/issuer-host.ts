import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings';
import { escapeHtml } from './escape-html';
import { pathOf } from './problem-response';

/** Headers by which a proxy tells of itself; then the host that we see need not be the one in the address bar. */
const PROXY_HEADERS = ['x-forwarded-host', 'x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via'] as const;

/**
 * Leads people who open this server under another name (127.0.0.1 for localhost, say) to the issuer's: cookies of the one do not
 * count at the other. For development only. Programs are served under every name; what was asked for is never repeated in the answer.
 */
export class IssuerHost {
  private readonly host: string;

  constructor(private readonly settings: Settings) {
    this.host = new URL(settings.issuer).host;
  }

  /** Whether a person has opened the wrong address. */
  isElsewhere(request: FastifyRequest): boolean {
    const { host, accept } = request.headers;
    if (host === undefined || host === this.host) return false;
    // Elsewhere a proxy may stand before us and give the host any name.
    if (this.settings.mode !== 'development' || request.method !== 'GET' || !accept?.includes('text/html')) {
      return false;
    }
    return PROXY_HEADERS.every((name) => request.headers[name] === undefined);
  }

  /** Answers a person at the wrong address. @returns whether it did */
  redirect(request: FastifyRequest, reply: FastifyReply): boolean {
    if (!this.isElsewhere(request)) return false;
    // RFC 9110 §15.5.20
    void reply
      .code(421)
      .type('text/html; charset=utf-8')
      .send(this.page(pathOf(request.raw.url) ?? '/'));
    return true;
  }

  private page(path: string): string {
    const issuer = escapeHtml(this.settings.issuer);
    const target = escapeHtml(`${this.settings.issuer}${path}`);
    return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>This server has another address</title>
<meta http-equiv="refresh" content="5;url=${target}"></head>
<body><h1>This server has another address</h1>
<p>It is known as <a href="${target}">${issuer}</a>, and you opened it under another name. A sign-in under one name does not count under the other, so you will be taken there.</p>
<p>If nothing answers there, set <code>ISSUER</code> to the address in your address bar, without a path, and start the server again.</p>
</body></html>
`;
  }
}
