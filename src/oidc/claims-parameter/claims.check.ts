import { Injectable } from '@nestjs/common';
import { PersonClaims } from '../../auth/person-claims';
import type { AuthorizationCheck } from '../../oauth/authorization-code/authorization-check';
import type { AuthorizationRequest } from '../../oauth/authorization-code/authorization-request';
import { demandAcr } from '../authentication/requested-acr';
import { isOpenidRequest, keepOpenid } from '../openid/openid-request';
import { type ClaimsRequest, readClaimsRequest } from './claims-request';
import { Subjects } from '../claims/subjects';

/** What the client asks for claim by claim is well-formed, and the person is asked for what no scope asks for. */
@Injectable()
export class ClaimsCheck implements AuthorizationCheck {
  readonly name = 'claims';
  readonly specification = 'OpenID Connect Core §5.5';

  constructor(
    private readonly claims: PersonClaims,
    private readonly subjects: Subjects,
  ) {}

  run(request: AuthorizationRequest): void {
    const text = request.parameters.get('claims');
    if (text === undefined || !isOpenidRequest(request)) return;
    const { claims, subjects, acr } = readClaimsRequest(text, new Set(this.claims.names));
    // OpenID Connect Core §5.5.1, §3.1.2.2: the answer is about that person, or there is none.
    for (const allowed of subjects) {
      request.expectPerson((userId) => allowed.includes(this.subjects.subjectOf(request.client, userId)));
    }
    if (acr !== null) demandAcr(request, acr);
    keepOpenid(request, { claims });
    request.access = { ...request.access, claims: this.beyondScopes(claims, request.access.scopes) };
  }

  private beyondScopes({ userinfo, id_token: idToken }: ClaimsRequest, scopes: readonly string[]): readonly string[] {
    const covered = this.claims.namesFor(scopes);
    const names = new Set([...Object.keys(userinfo), ...Object.keys(idToken)]);
    return [...names].filter((name) => !covered.has(name));
  }
}
