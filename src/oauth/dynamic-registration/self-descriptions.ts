import { Injectable } from '@nestjs/common';
import type { FieldProblem } from '../../clients/read-fields';
import type { OAuthError } from '../../protocol/errors';
import { GrantType } from '../../protocol/grant-types';
import { InvalidClientMetadata, InvalidRedirectUri } from '../../protocol/request-errors';
import { UNADMITTED_GRANTS, unadmittedScopes } from '../client-registration/unadmitted-clients';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import type { Members } from './registration-request';
import { type SoftwareStatement, SoftwareStatements } from './software-statements';

/** What is to be registered of what a client says of itself. */
export interface SelfDescription {
  readonly metadata: Members;
  /** The statement that the client has brought, if any; its claims are in the metadata. */
  readonly statement: SoftwareStatement | null;
}

/** Takes what clients say of themselves for what such clients can be. */
@Injectable()
export class SelfDescriptions {
  constructor(
    private readonly catalog: ScopeCatalog,
    private readonly statements: SoftwareStatements,
  ) {}

  /**
   * The metadata to be registered: left aside is what a client that nobody has admitted may not have, which the answer shows (RFC 7591 §3.2.1).
   * @throws {InvalidSoftwareStatement} {UnapprovedSoftwareStatement}
   */
  async admitted(members: Members): Promise<SelfDescription> {
    const given = members['software_statement'] ?? null;
    const statement = given === null ? null : await this.statements.read(given);
    // RFC 7591 §3.1.1: the claims of a statement count for more than what stands beside it. Whoever signs one admits no client by that.
    const said = { ...members, ...statement?.claims };
    const { grant_types: grants, scope } = said as Members;
    const metadata = {
      ...said,
      ...(Array.isArray(grants) ? { grant_types: admittedGrants(grants, grantsFor(said)) } : {}),
      ...(isScopeLike(scope) ? { scope: unadmittedScopes(await this.catalog.get(), namesIn(scope)).join(' ') } : {}),
    };
    return { metadata, statement };
  }
}

/**
 * Grants that such a client cannot have are left aside; where none is left, it could do nothing.
 * @throws {InvalidClientMetadata}
 */
function admittedGrants(grants: readonly unknown[], admitted: readonly unknown[]): readonly unknown[] {
  const left = grants.filter((grant) => admitted.includes(grant) || typeof grant !== 'string');
  if (left.length > 0) return left;
  throw new InvalidClientMetadata('grant_types names no grant that a client which registers itself can have.');
}

/**
 * DCR-08: by its redirect URIs a client says of which sector it is; one that is not answered there could say it of any, and learn how that one knows
 * people.
 */
function grantsFor({ subject_type: type }: Members): readonly unknown[] {
  return type === 'pairwise' ? UNADMITTED_GRANTS.filter((grant) => grant !== GrantType.deviceCode) : UNADMITTED_GRANTS;
}

/** What is neither is a fault, which is told as one. */
function isScopeLike(scope: unknown): scope is string | null | undefined {
  return scope === undefined || scope === null || typeof scope === 'string';
}

function namesIn(scope: string | null | undefined): readonly string[] {
  return (scope ?? '').split(' ').filter((name) => name !== '');
}

/** What a client is told that cannot be registered as it wants (RFC 7591 §3.2.2). */
export function refusalOf(problems: readonly FieldProblem[]): OAuthError {
  const reasons = problems.map(({ reason }) => reason).join(' ');
  const isRedirect = problems.every(({ field }) => field === 'redirect_uris');
  return isRedirect ? new InvalidRedirectUri(reasons) : new InvalidClientMetadata(reasons);
}

/** Who has made a client what it is, for the audit log. */
export function byWhom(who: string, statement: SoftwareStatement | null): string {
  return statement === null ? who : `${who}, software statement of ${statement.issuer}`;
}
