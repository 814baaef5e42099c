import { Global, Module } from '@nestjs/common';
import { UsedIdentifiers } from './used-identifiers';

/** Gives the whole application its memory of what can be used once only. */
@Global()
@Module({ providers: [UsedIdentifiers], exports: [UsedIdentifiers] })
export class ReplayModule {}
