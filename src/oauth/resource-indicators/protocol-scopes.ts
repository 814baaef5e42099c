import { Injectable } from '@nestjs/common';

/** A scope that means something to the authorization server itself, and to no resource server. */
export interface ProtocolScope {
  readonly name: string;
  /** In words that complete "This lets the app …". */
  readonly description: string;
}

/** The scopes of the protocol, from whichever specification that is switched on. */
@Injectable()
export class ProtocolScopes {
  private readonly scopes = new Map<string, ProtocolScope>();

  /** Adds a scope. */
  register(scope: ProtocolScope): void {
    this.scopes.set(scope.name, scope);
  }

  /** All of them by name. */
  get all(): ReadonlyMap<string, ProtocolScope> {
    return this.scopes;
  }
}
