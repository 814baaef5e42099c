import { Controller, Get, Module } from '@nestjs/common';
import { AccessToken, type Claims } from '../../src/auth/access-token.decorator';
import { RequireScopes } from '../../src/auth/require-scopes.decorator';

@Controller('hello')
export class HelloController {
  @Get()
  @RequireScopes('hello:read')
  hello(@AccessToken() { sub }: Claims): { hello: string } {
    return { hello: sub };
  }
}

@Module({ controllers: [HelloController] })
export class HelloModule {}
