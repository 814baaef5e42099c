import { Module } from '@nestjs/common';
import { ProblemsController } from './problems.controller';

/** `/problems`: what the errors of this server mean. */
@Module({ controllers: [ProblemsController] })
export class ProblemsModule {}
