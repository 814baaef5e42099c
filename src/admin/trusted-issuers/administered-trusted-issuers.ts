import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../../audit/audit-event';
import { assertIfMatch } from '../../http/entity-tag';
import { Problem } from '../../http/problem';
import {
  type TrustedIssuerAnswer,
  TrustedIssuerRegistrations,
} from '../../oauth/trusted-issuer-registration/trusted-issuer-registrations';
import type { TrustedIssuer } from '../../trusted-issuers/trusted-issuer';
import { trustedIssuerFields } from '../../trusted-issuers/trusted-issuer-fields';
import { TrustedIssuerStore } from '../../trusted-issuers/trusted-issuer-store';
import { invalidBody, withoutFixed } from '../request-body';
import type { NewTrustedIssuerDto, TrustedIssuerChangeDto } from './trusted-issuer.dto';
import { fixedFieldsOf } from './trusted-issuer.view';

/** The trusted issuers as administrators work with them: whoever changes one has seen it as it is. */
@Injectable()
export class AdministeredTrustedIssuers {
  constructor(
    private readonly issuers: TrustedIssuerStore,
    private readonly registrations: TrustedIssuerRegistrations,
  ) {}

  /** All of them. */
  list(): Promise<TrustedIssuer[]> {
    return this.issuers.list();
  }

  /** @throws {Problem} not_found */
  async read(issuer: string): Promise<TrustedIssuer> {
    const trusted = await this.issuers.read(issuer);
    if (trusted === null) throw new Problem('not_found');
    return trusted;
  }

  /** @throws {Problem} validation_failed; conflict where an issuer of that name is trusted already */
  async register({ issuer, ...input }: NewTrustedIssuerDto, by: EventOrigin): Promise<TrustedIssuer> {
    return issuerOf(await this.registrations.register(issuer, input, by));
  }

  /**
   * Changes what an issuer is trusted with: what is left out stays, and null stands for the value where nobody says (RFC 7396).
   * @throws {Problem} not_found, validation_failed, precondition_required or precondition_failed
   */
  async change(
    issuer: string,
    body: TrustedIssuerChangeDto,
    ifMatch: string | undefined,
    by: EventOrigin,
  ): Promise<TrustedIssuer> {
    const trusted = await this.read(issuer);
    assertIfMatch(ifMatch, trusted.revision);
    const change = withoutFixed({ ...body }, { ...fixedFieldsOf(trusted) });
    const merged = { ...trustedIssuerFields(trusted), ...change };
    return issuerOf(await this.registrations.change(issuer, merged, trusted.revision, by));
  }

  /** @throws {Problem} not_found, precondition_required or precondition_failed */
  async remove(issuer: string, ifMatch: string | undefined, by: EventOrigin): Promise<void> {
    const { revision } = await this.read(issuer);
    assertIfMatch(ifMatch, revision);
    const { outcome } = await this.registrations.remove(issuer, revision, by);
    if (outcome !== 'removed') throw refusal(outcome);
  }
}

function issuerOf(answer: TrustedIssuerAnswer): TrustedIssuer {
  if (answer.outcome === 'done') return answer.issuer;
  if (answer.outcome === 'refused') throw invalidBody(answer.problems);
  if (answer.outcome !== 'taken') throw refusal(answer.outcome);
  throw new Problem('conflict', { detail: 'An issuer of this name is trusted already.' });
}

function refusal(outcome: 'unknown' | 'outdated'): Problem {
  return new Problem(outcome === 'unknown' ? 'not_found' : 'precondition_failed');
}
