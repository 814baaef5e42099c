import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { validateBody } from '../../http/validation.pipe';
import { LoginDto } from '../login.dto';
import { LocalStrategy } from '../strategies/local.strategy';
import { ownStrategy } from '../strategies/own-strategy';

/** Runs Passport's local strategy once the body has been found to be a user name and a password and nothing else. */
@Injectable()
export class LocalGuard extends AuthGuard() {
  constructor(strategy: LocalStrategy) {
    super({ defaultStrategy: ownStrategy(strategy) });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await validateBody(LoginDto, context.switchToHttp().getRequest<FastifyRequest>().body);
    return (await super.canActivate(context)) as boolean;
  }
}
