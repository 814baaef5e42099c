import { Module } from '@nestjs/common';
import { ProtectedController } from './protected.controller';

/** The smallest feature there is. */
@Module({ controllers: [ProtectedController] })
export class ProtectedModule {}
