import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserInteractions } from '../../auth/browser-interactions';
import { ErrorPages } from '../../http/error-pages';
import { Problem } from '../../http/problem';
import { OAuthError } from '../../protocol/errors';
import { PageRenderer } from '../page-renderer';
import { ErrorPage } from './error.view';

/** Shows what went wrong to people who look at a browser. */
@Injectable()
export class PageErrors implements OnModuleInit {
  constructor(
    private readonly errors: ErrorPages,
    private readonly interactions: BrowserInteractions,
    private readonly pages: PageRenderer,
  ) {}

  onModuleInit(): void {
    this.errors.use((error, request, reply) => this.show(error, request, reply));
  }

  private show(error: OAuthError | Problem, request: FastifyRequest, reply: FastifyReply): void {
    if (error instanceof Problem) void reply.headers(error.headers);
    const view = {
      title: titleOf(error),
      text: sentence(error.message),
      requestId: request.id,
      wayBack: this.interactions.wayBack(request),
    };
    // RFC 9110 §15.5.2: a 401 asks for a header, which no form sends.
    this.pages.send(ErrorPage, view, request, reply, { status: error.status === 401 ? 403 : error.status });
  }
}

function titleOf(error: OAuthError | Problem): string {
  if (error.status >= 500) return 'Something is wrong on our side';
  if (error instanceof Problem) return error.detail === undefined ? 'This did not work' : error.title;
  return 'This request cannot be answered';
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
