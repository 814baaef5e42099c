import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OAuthError } from '../protocol/errors';
import { escapeHtml } from './escape-html';
import type { Problem } from './problem';

/** Shows an error to somebody who looks at a browser. */
export type ErrorPageRenderer = (error: OAuthError | Problem, request: FastifyRequest, reply: FastifyReply) => void;

/** Shows errors as pages; whoever knows how the pages look registers the renderer. */
@Injectable()
export class ErrorPages {
  private renderer: ErrorPageRenderer = plainPage;

  /** From now on errors are shown by this one. */
  use(renderer: ErrorPageRenderer): void {
    this.renderer = renderer;
  }

  /** Answers a request with a page about an error. */
  send(error: OAuthError | Problem, request: FastifyRequest, reply: FastifyReply): void {
    this.renderer(error, request, reply);
  }
}

function plainPage(error: OAuthError | Problem, request: FastifyRequest, reply: FastifyReply): void {
  const text = `${escapeHtml(error.message)}</p><p>Request <code>${escapeHtml(request.id)}</code>`;
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Error</title><p>${text}</p></html>`;
  void reply.code(error.status).type('text/html; charset=utf-8').send(page);
}
