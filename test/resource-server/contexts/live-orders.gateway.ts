import type { IncomingMessage } from 'node:http';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { AccessToken, type Claims } from '../../../src/auth/access-token.decorator';
import { Guarded } from '../../../src/auth/guarded.decorator';
import { RequireScopes } from '../../../src/auth/require-scopes.decorator';
import { SocketGate } from '../../../src/auth/socket-gate';

/** The gateway's decorators hold at the handshake and for every message; a message may demand more. */
@Guarded()
@RequireScopes('orders:read')
@WebSocketGateway({ path: '/live' })
export class LiveOrdersGateway {
  constructor(private readonly gate: SocketGate) {}

  async handleConnection(socket: WebSocket, request: IncomingMessage): Promise<void> {
    if (await this.gate.admit(this, socket, request)) socket.send(JSON.stringify({ event: 'ready' }));
  }

  @SubscribeMessage('list')
  list(@AccessToken() { sub }: Claims): object {
    return { event: 'listed', data: { for: sub } };
  }

  @RequireScopes('orders:write')
  @SubscribeMessage('place')
  place(@AccessToken() { sub }: Claims): object {
    return { event: 'placed', data: { by: sub } };
  }
}
