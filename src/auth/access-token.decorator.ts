import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AccessTokenClaims } from '../tokens/access-token-claims';
import { authenticationOf } from './authentication';

/** The verified claims of the request's access token (RFC 9068 §2.2). */
export type Claims = AccessTokenClaims;

/** The verified claims of the request's access token; null where none let it in. */
export const AccessToken = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Claims | null => authenticationOf(context)?.claims ?? null,
);
