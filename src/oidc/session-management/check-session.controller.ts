import { Controller, Get, Res } from '@nestjs/common';
import { hash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { Public } from '../../auth/public.decorator';
import { Undocumented } from '../../http/describe-operation.decorator';
import { BrowserStates } from './browser-states';

/** The page that applications ask in a frame whether the state of the browser has changed (OpenID Connect Session Management §3.2). */
@Public()
@Undocumented('for frames in browsers')
@Controller('oauth')
export class CheckSessionController {
  private readonly page: string;
  private readonly policy: string;

  constructor(states: BrowserStates) {
    const script = scriptFor(states.cookieName);
    this.page = `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Session</title><script>${script}</script></head><body></body></html>\n`;
    // Anybody may frame it: it shows nothing, and answers each page with what concerns that page alone (SES-10, RDR-20).
    const own = `script-src 'sha256-${hash('sha256', script, 'base64')}'`;
    this.policy = `default-src 'none'; ${own}; base-uri 'none'; form-action 'none'; frame-ancestors *`;
  }

  /** The page. */
  @Get('check-session')
  show(@Res() reply: FastifyReply): void {
    void reply
      .header('content-security-policy', this.policy)
      .header('cross-origin-resource-policy', 'cross-origin')
      .type('text/html; charset=utf-8')
      .send(this.page);
  }
}

/** OpenID Connect Session Management §3.1: the question is `client_id session_state`; the answer goes to whoever has asked, and to its origin alone. */
function scriptFor(cookieName: string): string {
  return `
addEventListener('message', async ({ data, origin, source }) => {
  if (typeof data !== 'string' || source === null || !/^https?:/.test(origin)) return;
  const [, client, digest, salt] = /^(\\S+) ([\\w-]{43})\\.([\\w-]{22})$/.exec(data) ?? [];
  let answer = 'error';
  if (client !== undefined) {
    const cookie = document.cookie.split('; ').find((pair) => pair.startsWith('${cookieName}=')) ?? '';
    const text = [client, origin, cookie.slice(${cookieName.length + 1}), salt].join(' ');
    const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
    const encoded = btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace('=', '');
    answer = encoded === digest ? 'unchanged' : 'changed';
  }
  source.postMessage(answer, origin);
});
`;
}
