import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ClientKeys } from '../clients/client-keys';
import { Clock } from '../config/clock';
import { OutboundDocuments } from '../outbound/outbound-documents';
import type { KeyHint } from '../protocol/jwt-header';
import type { TrustedIssuer } from './trusted-issuer';

/** The public keys of trusted issuers, registered or published by them. Clients that publish theirs cannot crowd them out. */
@Injectable()
export class TrustedIssuerKeys {
  private readonly keys: ClientKeys;

  constructor(documents: OutboundDocuments, clock: Clock) {
    this.keys = new ClientKeys(documents, clock);
  }

  /** The keys with which the issuer can have signed, see {@link ClientKeys.find}. */
  find({ keys }: TrustedIssuer, hint: KeyHint): Promise<readonly KeyObject[]> {
    return this.keys.find({ metadata: keys }, hint);
  }
}
