import { Inject, Injectable, type OnModuleInit, Optional, type Type } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ANY_AUDIENCE } from './any-audience.decorator';
import { DESCRIBED_SCOPES, type ScopeDescription } from './describe-scopes.decorator';
import { REQUIRED_SCOPES } from './require-scopes.decorator';

/**
 * Injection token of the controllers of the API where they do not run in this process; its scopes are known there too. Without a provider, the
 * controllers that run are looked at.
 */
export const API_CONTROLLERS = Symbol('ApiControllers');

/** A scope that this server's API knows. */
export interface Scope extends ScopeDescription {
  readonly name: string;
}

/** All scopes of the API, gathered from the decorators of controllers, gateways and resolvers at start. */
@Injectable()
export class ScopeRegistry implements OnModuleInit {
  private readonly scopes = new Map<string, Scope>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    @Optional() @Inject(API_CONTROLLERS) private readonly elsewhere: readonly Type[] | undefined,
  ) {}

  onModuleInit(): void {
    const running = [...this.discovery.getControllers(), ...this.discovery.getProviders()];
    for (const metatype of this.elsewhere ?? running.map((wrapper) => wrapper.metatype)) {
      // Gateways and resolvers are providers; factories have no prototype.
      if (typeof metatype !== 'function' || typeof metatype.prototype !== 'object') continue;
      // The scopes of the protocol itself are no resource server's.
      if (Reflect.hasMetadata(ANY_AUDIENCE, metatype)) continue;
      const described = (Reflect.getMetadata(DESCRIBED_SCOPES, metatype) ?? {}) as Record<
        string,
        string | ScopeDescription
      >;
      for (const [name, text] of Object.entries(described)) {
        this.describe(name, typeof text === 'string' ? { description: text } : text);
      }
      for (const name of this.demandedBy(metatype as object & { readonly prototype: object })) {
        if (!this.scopes.has(name)) this.scopes.set(name, { name, description: name });
      }
    }
  }

  /** Every scope, in alphabetical order. */
  all(): Scope[] {
    return [...this.scopes.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** The scopes that somebody with these roles can have. */
  allowedFor(roles: readonly string[]): string[] {
    return this.all()
      .filter(({ roles: needed }) => needed === undefined || needed.some((role) => roles.includes(role)))
      .map(({ name }) => name);
  }

  private describe(name: string, description: ScopeDescription): void {
    this.scopes.set(name, { name, ...description });
  }

  private demandedBy(controller: object & { readonly prototype: object }): string[] {
    const { prototype } = controller;
    const handlers = this.scanner
      .getAllMethodNames(prototype)
      .map((name) => (prototype as Record<string, object>)[name]!);
    return [controller, ...handlers].flatMap(
      (target) => (Reflect.getMetadata(REQUIRED_SCOPES, target) ?? []) as string[],
    );
  }
}
