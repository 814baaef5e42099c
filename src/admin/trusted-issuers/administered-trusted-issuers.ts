import { Injectable } from '@nestjs/common';
import { TrustedIssuerRegistrations } from '../../oauth/trusted-issuer-registration/trusted-issuer-registrations';
import type { TrustedIssuer, TrustedIssuerProperties } from '../../trusted-issuers/trusted-issuer';
import { trustedIssuerFields } from '../../trusted-issuers/trusted-issuer-fields';
import { TrustedIssuerStore } from '../../trusted-issuers/trusted-issuer.store';
import { AdministeredRegistrations } from '../administered-registrations';
import { fixedFieldsOf } from './trusted-issuer.view';

/** The trusted issuers as administrators work with them. */
@Injectable()
export class AdministeredTrustedIssuers extends AdministeredRegistrations<TrustedIssuer, TrustedIssuerProperties> {
  constructor(
    private readonly issuers: TrustedIssuerStore,
    registrations: TrustedIssuerRegistrations,
  ) {
    super(registrations, {
      identifier: 'issuer',
      taken: 'An issuer of this name is trusted already.',
      fixedFieldsOf,
      fieldsOf: trustedIssuerFields,
    });
  }

  override list(): Promise<TrustedIssuer[]> {
    return this.issuers.list();
  }

  protected override find(issuer: string): Promise<TrustedIssuer | null> {
    return this.issuers.read(issuer);
  }
}
