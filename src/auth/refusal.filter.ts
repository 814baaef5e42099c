import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerProblem } from '../http/bearer-problem';
import { answerElsewhere } from '../http/context-answers';
import { sendProblem } from '../http/problem-response';
import { OAuthError } from '../protocol/errors';

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
    return host.getType() === 'http' ? this.answer(error, host) : answerElsewhere(error, host);
  }

  private answer(error: OAuthError, host: ArgumentsHost): void {
    const { issuer, resourceMetadata } = this.terms;
    const http = host.switchToHttp();
    const problem = bearerProblem(error, resourceMetadata);
    sendProblem(problem, issuer, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
