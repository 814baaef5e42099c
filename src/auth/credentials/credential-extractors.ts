import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { CredentialExtractor } from './credential';
import { GraphqlCredentials } from './graphql-credentials';
import { HttpCredentials } from './http-credentials';
import { MessageCredentials } from './message-credentials';
import { SocketCredentials } from './socket-credentials';

/** The extractors, one for each kind of execution context; a context without one is closed. */
@Injectable()
export class CredentialExtractors {
  private readonly byType = new Map<string, CredentialExtractor>();

  constructor(http: HttpCredentials) {
    this.register(http);
    this.register(new SocketCredentials(http.entrance));
    this.register(new GraphqlCredentials(http));
    this.register(new MessageCredentials());
  }

  /** Adds the extractor of a kind of context, or replaces it. */
  register(extractor: CredentialExtractor): void {
    this.byType.set(extractor.contextType, extractor);
  }

  /** @throws {Error} where nobody has said how a credential comes with this kind of context: it stays closed */
  for(context: ExecutionContext): CredentialExtractor {
    const extractor = this.byType.get(context.getType());
    if (extractor === undefined) {
      throw new Error(`No credential extractor is registered for "${context.getType()}" contexts.`);
    }
    return extractor;
  }
}
