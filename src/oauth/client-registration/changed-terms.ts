import { Injectable } from '@nestjs/common';
import type { ClientMetadata } from '../../clients/client-metadata';
import { ConsentStore } from '../../consents/consent.store';
import type { Transaction } from '../../database/transaction';
import { TokenRevoker } from '../../tokens/token-revoker';

/** Ends what was granted on the strength of what a client that nobody has admitted said of itself before. */
@Injectable()
export class ChangedTerms {
  constructor(
    private readonly consents: ConsentStore,
    private readonly revoker: TokenRevoker,
  ) {}

  /**
   * People are asked anew where answers can go to another place than they agreed to, and tokens end where their client need not prove any more who
   * it is (Client ID Metadata Document draft §8.4, RFC 9700 §2.1). Of addresses that were taken out, pending codes die when they are redeemed.
   * @returns what became of the consents, for the audit log
   */
  async apply(
    transaction: Transaction,
    clientId: string,
    before: ClientMetadata,
    now: ClientMetadata,
  ): Promise<'kept' | 'withdrawn'> {
    const isWeaker = before.token_endpoint_auth_method !== 'none' && now.token_endpoint_auth_method === 'none';
    const isElsewhere = now.redirect_uris.some((uri) => !before.redirect_uris.includes(uri));
    if (isWeaker) await this.revoker.revokeClient(transaction, clientId, 'client needs no credentials any more');
    if (!isWeaker && !isElsewhere) return 'kept';
    await this.consents.withdrawAll(transaction, clientId);
    return 'withdrawn';
  }
}
