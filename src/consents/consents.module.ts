import { Module } from '@nestjs/common';
import { ConsentStore } from './consent.store';

/** What people have let clients do. */
@Module({ providers: [ConsentStore], exports: [ConsentStore] })
export class ConsentsModule {}
