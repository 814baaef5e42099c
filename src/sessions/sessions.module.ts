import { Module } from '@nestjs/common';
import { SessionManager } from './session-manager';

/** The sessions of people. */
@Module({ providers: [SessionManager], exports: [SessionManager] })
export class SessionsModule {}
