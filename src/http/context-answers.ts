import type { ArgumentsHost } from '@nestjs/common';
import { throwError } from 'rxjs';
import { InsufficientScope, OAuthError } from '../protocol/errors';
import type { Problem } from './problem';

/** What a client is told where there is no response with a status and headers. */
interface Told {
  readonly error: string;
  readonly error_description: string;
  readonly scope?: string;
}

/**
 * Answers an error in the form of a context that is not HTTP: on a socket with an `exception` event, to a message with an error, and in GraphQL with an error
 * whose `extensions` say the code.
 * @param problem the error as clients may know it
 */
export function answerElsewhere(error: OAuthError | Problem, host: ArgumentsHost): unknown {
  const kind: string = host.getType();
  const told = error instanceof OAuthError ? toldOf(error) : toldOfProblem(error);
  if (kind === 'rpc') return throwError(() => told);
  if (kind === 'graphql') return Object.assign(new Error(told.error_description), { extensions: told });
  if (kind !== 'ws') throw error;
  const event = JSON.stringify({ event: 'exception', data: told });
  return host.switchToWs().getClient<{ send(text: string): void }>().send(event);
}

/** The words of RFC 6750 §3. */
function toldOf(error: OAuthError): Told {
  const scopes = error instanceof InsufficientScope ? error.scopes : (error.challenge?.scopes ?? []);
  return {
    error: error.error,
    error_description: error.message,
    ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
  };
}

function toldOfProblem({ code, title, detail }: Problem): Told {
  return { error: code, error_description: detail ?? title };
}
