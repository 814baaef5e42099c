import { Module } from '@nestjs/common';
import { ClientSecrets } from './client-secrets';
import { ClientStore } from './client-store';

/** The applications that ask for tokens, and their credentials. */
@Module({ providers: [ClientSecrets, ClientStore], exports: [ClientSecrets, ClientStore] })
export class ClientsModule {}
