import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { throwError } from 'rxjs';
import { bearerProblem } from '../http/bearer-problem';
import { sendProblem } from '../http/problem-response';
import { InsufficientScope, OAuthError } from '../protocol/errors';

/** Injection token of the {@link RefusalTerms}. */
export const REFUSAL_TERMS = Symbol('RefusalTerms');

/** What a refusal names beside its reason. */
export interface RefusalTerms {
  /** The issuer, which explains the kinds of problems. */
  readonly issuer: string;
  /** Address of the protected resource metadata (RFC 9728 §5.1); null where there is none. */
  readonly resourceMetadata: string | null;
}

/**
 * Answers the refusals of the guard in the form of each kind of context: over HTTP with the challenge and a problem document, on a socket with an `exception`
 * event, to a message with an error, and in GraphQL with an error whose `extensions` say the code.
 */
@Catch(OAuthError)
@Injectable()
export class RefusalFilter implements ExceptionFilter<OAuthError> {
  constructor(@Inject(REFUSAL_TERMS) private readonly terms: RefusalTerms) {}

  catch(error: OAuthError, host: ArgumentsHost): unknown {
    const kind: string = host.getType();
    if (kind === 'http') return this.answer(error, host);
    if (kind === 'rpc') return throwError(() => said(error));
    if (kind === 'graphql') return Object.assign(new Error(error.message), { extensions: said(error) });
    if (kind !== 'ws') throw error;
    const event = JSON.stringify({ event: 'exception', data: said(error) });
    return host.switchToWs().getClient<{ send(text: string): void }>().send(event);
  }

  private answer(error: OAuthError, host: ArgumentsHost): void {
    const { issuer, resourceMetadata } = this.terms;
    const http = host.switchToHttp();
    const problem = bearerProblem(error, resourceMetadata);
    sendProblem(problem, issuer, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** The words of RFC 6750 §3. */
function said(error: OAuthError): object {
  const scopes = error instanceof InsufficientScope ? error.scopes : (error.challenge?.scopes ?? []);
  return {
    error: error.error,
    error_description: error.message,
    ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
  };
}
