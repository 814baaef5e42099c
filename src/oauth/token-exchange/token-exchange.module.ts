import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { TokenExchangeGrant } from './token-exchange.grant';

/**
 * Token exchange (RFC 8693): a client that was called with a person's access token, or holds one of its own, gets another one for the next resource
 * server; by rules that an administrator has written for that client (`token_exchange`), and by default not at all. Access tokens of this server are
 * exchanged for access tokens; others, refresh tokens and ID tokens are not.
 */
@Module({ imports: [AuthModule], providers: [TokenExchangeGrant] })
export class TokenExchangeModule {}
