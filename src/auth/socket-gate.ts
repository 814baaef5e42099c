import { Injectable, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import type { IncomingMessage } from 'node:http';
import { Clock } from '../config/clock';
import { OAuthError, TemporarilyUnavailable } from '../protocol/errors';
import type { Carrier } from './authentication';
import { noteHandshake } from './credentials/socket-credentials';
import { AccessTokenGuard } from './guards/access-token.guard';

/** How often open sockets are looked at, in milliseconds: so long may one outlive its token. */
const LOOK_EVERY = 1_000;

/** How long a socket stays open while it cannot be known whether its token is still good, in milliseconds. */
const PATIENCE = 30_000;

/** Codes of the registry of RFC 6455 §11.7: Unauthorized, Forbidden, Try Again Later, Internal Error. */
const CLOSE_CODES: Readonly<Record<number, number>> = { 400: 3000, 401: 3000, 403: 3003, 503: 1013 };
const INTERNAL_ERROR = 1011;

/** A socket of the library `ws`, as far as it matters here. */
export interface GuardedSocket {
  close(code: number, reason: string): void;
  once(event: 'close', listener: () => void): unknown;
}

/** A gateway that lets its sockets in by {@link SocketGate.admit}. */
export interface GuardedGateway {
  readonly handleConnection: (...args: never[]) => unknown;
}

interface OpenSocket {
  readonly context: ExecutionContextHost;
  goodAt: number;
  isAsked: boolean;
}

/** The guard at the handshake of WebSockets, which Nest has no guards for; a socket is closed when its token is over. */
@Injectable()
export class SocketGate implements OnApplicationShutdown {
  private readonly open = new Map<GuardedSocket, OpenSocket>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly guard: AccessTokenGuard,
    private readonly clock: Clock,
  ) {}

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * Lets a socket in, or closes it; called first in `handleConnection`. What is demanded is said by the decorators of the gateway and of that method.
   * @param request the one that opened the socket: its Authorization header counts for every message
   * @returns whether it is in
   */
  async admit(gateway: GuardedGateway, socket: GuardedSocket & Carrier, request: IncomingMessage): Promise<boolean> {
    noteHandshake(socket, request);
    const context = new ExecutionContextHost([socket], gateway.constructor as Type, gateway.handleConnection);
    context.setType('ws');
    try {
      await this.guard.canActivate(context);
    } catch (error) {
      close(socket, error);
      return false;
    }
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY).unref();
    this.open.set(socket, { context, goodAt: this.clock.now(), isAsked: false });
    socket.once('close', () => this.open.delete(socket));
    return true;
  }

  private look(): void {
    for (const [socket, found] of this.open) {
      if (!found.isAsked) void this.check(socket, found);
    }
  }

  private async check(socket: GuardedSocket, found: OpenSocket): Promise<void> {
    found.isAsked = true;
    try {
      await this.guard.canActivate(found.context);
      found.goodAt = this.clock.now();
    } catch (error) {
      const mayWait = error instanceof TemporarilyUnavailable && this.clock.now() < found.goodAt + PATIENCE;
      if (!mayWait) close(socket, error);
    } finally {
      found.isAsked = false;
    }
  }
}

function close(socket: GuardedSocket, error: unknown): void {
  if (error instanceof OAuthError) socket.close(CLOSE_CODES[error.status] ?? INTERNAL_ERROR, error.error);
  else socket.close(INTERNAL_ERROR, '');
}
