import { Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { ClientDirectory } from '../../oauth/client-authentication/client-directory';
import { InsufficientScope, InvalidToken } from '../../protocol/errors';
import { storedScopes } from '../../protocol/scope';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import type { WantedClaims } from '../claims-parameter/claims-request';
import { permittedClaims } from '../claims-parameter/granted-claims';
import { RequestedClaimsStore } from '../claims-parameter/requested-claims.store';
import { Subjects } from '../claims/subjects';
import { ToldClaims } from '../claims/told-claims';
import { OPENID_SCOPE } from '../openid/openid-request';
import { UserinfoJwt } from './userinfo-jwt';

/** What a client is told about the person who has let it. */
export type UserinfoClaims = Readonly<Record<string, unknown>> & { readonly sub: string };

/** What UserInfo answers, as it is sent. */
export interface UserinfoAnswer {
  readonly type: 'application/json' | 'application/jwt';
  readonly body: string;
}

/** Answers what an access token lets its client know about its person (OpenID Connect Core §5.3.2). */
@Injectable()
export class Userinfo {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly told: ToldClaims,
    private readonly requested: RequestedClaimsStore,
    private readonly subjects: Subjects,
    private readonly jwt: UserinfoJwt,
  ) {}

  /**
   * @throws {InsufficientScope} where the token is that of a client which acts for itself
   * @throws {InvalidToken} where the client or the person is not there any more, or the person may not be let in
   * @throws {InvalidRequest} where the client wants it encrypted and has no key for that
   */
  async answer(token: AccessTokenClaims): Promise<UserinfoAnswer> {
    // OpenID Connect Core §5.3.1: the token has to come from an authentication of somebody (TOK-07).
    if (token.sub === token.client_id) throw new InsufficientScope([OPENID_SCOPE]);
    const client = await this.clients.find(token.client_id);
    if (client === null) throw new InvalidToken('revoked', 'the client is gone');
    const claims = await this.claimsFor(client, token);
    const jwt = await this.jwt.of(client, claims);
    return jwt === null
      ? { type: 'application/json', body: JSON.stringify(claims) }
      : { type: 'application/jwt', body: jwt };
  }

  private async claimsFor(client: Client, token: AccessTokenClaims): Promise<UserinfoClaims> {
    const told = await this.told.of(token.sub, await this.wantedBy(token));
    if (told === null) throw new InvalidToken('revoked', 'the person may not be let in');
    return { ...told, sub: this.subjects.subjectOf(client, token.sub) };
  }

  private async wantedBy({ scope, family, client_id: clientId }: AccessTokenClaims): Promise<WantedClaims> {
    const covered = this.told.ofScopes(storedScopes(scope));
    const granted = family === undefined ? null : await this.requested.find(family, clientId);
    return granted === null ? covered : { ...permittedClaims(granted.userinfo, granted, covered), ...covered };
  }
}
