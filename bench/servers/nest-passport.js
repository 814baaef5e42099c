/**
 * Peer: Nest on Express with passport-jwt, as Nest's own documentation builds it (recipe "Passport (authentication)"):
 * JwtModule, JwtStrategy with `secretOrKey`, JwtAuthGuard on the route. Written without a compiler, so the decorators are
 * applied by hand; what runs is the same.
 *
 * KEY is the shared secret (HS256) or the public key as PEM (ES256), as that page suggests for production. With
 * KEY_OBJECT=1 the PEM is parsed once and handed over as a KeyObject, which passport-jwt does not document.
 */
import 'reflect-metadata';
import { createPublicKey } from 'node:crypto';
import { Controller, Get, Injectable, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';

const { PORT, KEY, KEY_OBJECT } = process.env;

class JwtStrategy extends PassportStrategy(Strategy) {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      ignoreExpiration: false,
      secretOrKey: KEY_OBJECT ? createPublicKey(KEY) : KEY,
    });
  }

  async validate(payload) {
    return { userId: payload.sub, username: payload.username };
  }
}
decorateClass(JwtStrategy, Injectable());

class JwtAuthGuard extends AuthGuard('jwt') {}
decorateClass(JwtAuthGuard, Injectable());

class AppController {
  open() {
    return { msg: 'This is a protected route' };
  }

  guarded() {
    return { msg: 'This is a protected route' };
  }
}
decorateMethod(AppController, 'open', Get('bench/open'));
decorateMethod(AppController, 'guarded', UseGuards(JwtAuthGuard), Get('bench/guarded'));
decorateClass(AppController, Controller());

class AppModule {}
decorateClass(
  AppModule,
  Module({
    imports: [PassportModule, JwtModule.register({ secret: KEY, signOptions: { expiresIn: '60s' } })],
    controllers: [AppController],
    providers: [JwtStrategy],
  }),
);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
await app.listen(Number(PORT), '127.0.0.1');

function decorateClass(target, ...decorators) {
  Reflect.decorate(decorators, target);
}

function decorateMethod(target, name, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name);
  Reflect.decorate(decorators, target.prototype, name, descriptor);
}
