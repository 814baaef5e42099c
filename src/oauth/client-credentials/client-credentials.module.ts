import { Module } from '@nestjs/common';
import { ClientCredentialsGrant } from './client-credentials.grant';

/** Client credentials (RFC 6749 §4.4): for confidential clients that act for themselves. */
@Module({ providers: [ClientCredentialsGrant] })
export class ClientCredentialsModule {}
