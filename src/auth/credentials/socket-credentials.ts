import type { ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { headerValues } from '../../http/header-values';
import { pathOf } from '../../http/problem-response';
import { DPOP_HEADER, type PresentedProof } from '../../protocol/dpop';
import { InvalidRequest } from '../../protocol/errors';
import type { Carrier } from '../authentication';
import { credentialOfRequest } from './authorization-header';
import type { Credential, CredentialExtractor } from './credential';
import type { HttpEntrance } from './http-credentials';

const handshakes = new WeakMap<Carrier, IncomingMessage>();

/** Notes the request that opened a socket: its credentials are those of every message. */
export function noteHandshake(socket: Carrier, request: IncomingMessage): void {
  handshakes.set(socket, request);
}

/**
 * Takes the token of a socket from the request that opened it. Never from a cookie, which a browser would send for the page of anybody
 * (cross-site WebSocket hijacking), and never from its query.
 */
export class SocketCredentials implements CredentialExtractor {
  readonly contextType = 'ws';

  constructor(private readonly entrance: HttpEntrance) {}

  carrierOf(context: ExecutionContext): Carrier {
    return context.switchToWs().getClient<Carrier>();
  }

  accessToken(carrier: Carrier): Credential | null {
    const request = handshakes.get(carrier);
    if (request === undefined) return null;
    // RFC 9700 §4.3.2, as in requests.
    if (/[?&]access_token=/.test(request.url ?? '')) {
      throw new InvalidRequest('Send the access token in the Authorization header: in the query string it is refused.');
    }
    return credentialOfRequest(request, this.entrance.dpop);
  }

  refreshToken(): null {
    return null;
  }

  /** The proof that came with the handshake holds for the socket: it is the holder's from then on. */
  proof(carrier: Carrier): PresentedProof | null {
    const request = handshakes.get(carrier);
    if (request === undefined) return null;
    return {
      headers: headerValues(request.rawHeaders, DPOP_HEADER),
      method: request.method ?? '',
      url: `${this.entrance.address}${pathOf(request.url) ?? ''}`,
    };
  }

  /** The handshake has been answered; nonces come with other answers. */
  offerNonce(): void {
    return;
  }

  admitted(): undefined {
    return undefined;
  }

  refused(): void {
    return;
  }

  /** What comes in a header was put there on purpose. */
  assertIntended(): void {
    return;
  }
}
