import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { CredentialExtractor } from './credential';
import { HttpCredentials } from './http-credentials';

/** The extractors, one for each kind of execution context; a context without one is closed. */
@Injectable()
export class CredentialExtractors {
  private readonly byType = new Map<string, CredentialExtractor>();

  constructor(http: HttpCredentials) {
    this.register(http);
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
