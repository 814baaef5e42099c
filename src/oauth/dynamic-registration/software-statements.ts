import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import { audiencesOf } from '../../protocol/audience';
import { InvalidSoftwareStatement, UnapprovedSoftwareStatement } from '../../protocol/request-errors';
import { type TrustedJwtVerdict, TrustedJwtVerifier } from '../../trusted-issuers/trusted-jwt-verifier';
import type { Members } from './registration-request';

const MALFORMED =
  'software_statement must be a signed JWT in compact serialization, of at most 8192 characters (RFC 7591 §2.3).';
const ODD_HEADER =
  'The header of the software statement must have alg, may have kid and typ (JWT), and must not bring a key or an extension.';
const NO_ISSUER = 'The software statement must name its issuer as iss (RFC 7591 §2.3).';
const UNAPPROVED = 'The issuer of the software statement is not trusted here to make such; leave the statement out.';
const BADLY_SIGNED = 'The software statement is not signed with a key and an algorithm of its issuer.';

/** What is told of a claim that does not hold. */
const FAULTS: Readonly<Record<string, string>> = {
  aud: 'The aud of the software statement, where it has one, must name the issuer of this server (RFC 7519 §4.1.3).',
  exp: 'The software statement has expired.',
  nbf: 'The software statement is from the future: compare your clock.',
  iat: 'The software statement is from the future: compare your clock.',
};

/** What somebody who is trusted says of a program. */
export interface SoftwareStatement {
  /** As it came. */
  readonly text: string;
  readonly issuer: string;
  /** Its claims: metadata of the client, and what is about the statement itself. */
  readonly claims: Members;
}

/** Reads what issuers that are trusted to do so have signed of programs (RFC 7591 §2.3). */
@Injectable()
export class SoftwareStatements {
  constructor(
    private readonly verifier: TrustedJwtVerifier,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * What a statement says. It can be used for as many clients as there are instances of the program, for as long as it says.
   * @throws {InvalidSoftwareStatement} where it is none, is not signed by its issuer, or does not hold now and here
   * @throws {UnapprovedSoftwareStatement} where nobody trusts its issuer with statements
   */
  async read(statement: unknown): Promise<SoftwareStatement> {
    if (typeof statement !== 'string') throw new InvalidSoftwareStatement(MALFORMED);
    const verdict = await this.verifier.verify(statement, {
      isTrusted: ({ softwareStatements }) => softwareStatements,
      requiredClaims: [],
    });
    if (verdict.outcome !== 'good') throw refusalOf(verdict);
    const { trusted, claims } = verdict;
    // RFC 7519 §4.1.3: what is meant for others is not for this server; RFC 7591 does not demand that a statement names anybody.
    if (claims.aud !== undefined && !audiencesOf(claims.aud).includes(this.settings.issuer)) throw faulty('aud');
    return { text: statement, issuer: trusted.issuer, claims };
  }
}

function refusalOf(verdict: Exclude<TrustedJwtVerdict, { outcome: 'good' }>) {
  switch (verdict.outcome) {
    case 'malformed':
      return new InvalidSoftwareStatement(MALFORMED);
    case 'odd-header':
      return new InvalidSoftwareStatement(ODD_HEADER);
    case 'no-issuer':
      return new InvalidSoftwareStatement(NO_ISSUER);
    case 'untrusted':
      return new UnapprovedSoftwareStatement(UNAPPROVED);
    case 'claim':
      return faulty(verdict.claim);
    default:
      return new InvalidSoftwareStatement(BADLY_SIGNED, verdict.outcome);
  }
}

function faulty(claim: string): InvalidSoftwareStatement {
  const description = FAULTS[claim] ?? 'The claims of the software statement do not hold.';
  return new InvalidSoftwareStatement(description, `claim ${claim}`);
}
