import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { OFFLINE_ACCESS } from '../resource-indicators/access';
import { ProtocolScopes } from '../resource-indicators/protocol-scopes';
import { RefreshTokenGrant } from './refresh-token.grant';

/**
 * Refresh tokens (RFC 6749 §6, RFC 9700 §4.14): rotated in families, with a leeway for answers that get lost. Without `offline_access` they end with the
 * session in which they were given, with it they outlive it.
 */
@Module({ imports: [AuthModule], providers: [RefreshTokenGrant] })
export class RefreshTokenModule {
  constructor(scopes: ProtocolScopes) {
    scopes.register({ name: OFFLINE_ACCESS, description: 'Keep this access when you are not here' });
  }
}
