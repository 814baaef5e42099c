import { Injectable } from '@nestjs/common';
import { ClientDirectory } from '../../oauth/client-authentication/client-directory';
import { InsufficientScope, InvalidToken } from '../../protocol/errors';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import type { WantedClaims } from '../claims-parameter/claims-request';
import { permittedClaims } from '../claims-parameter/granted-claims';
import { RequestedClaimsStore } from '../claims-parameter/requested-claims.store';
import { Subjects } from '../claims/subjects';
import { ToldClaims } from '../claims/told-claims';
import { OPENID_SCOPE } from '../openid/openid-request';

/** What a client is told about the person who has let it. */
export type UserinfoClaims = Readonly<Record<string, unknown>> & { readonly sub: string };

/** Answers what an access token lets its client know about its person (OpenID Connect Core §5.3.2). */
@Injectable()
export class Userinfo {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly told: ToldClaims,
    private readonly requested: RequestedClaimsStore,
    private readonly subjects: Subjects,
  ) {}

  /**
   * @throws {InsufficientScope} where the token is that of a client which acts for itself
   * @throws {InvalidToken} where the client or the person is not there any more, or the person may not be let in
   */
  async of(token: AccessTokenClaims): Promise<UserinfoClaims> {
    const { sub: userId, client_id: clientId } = token;
    // OpenID Connect Core §5.3.1: the token has to come from an authentication of somebody (TOK-07).
    if (userId === clientId) throw new InsufficientScope([OPENID_SCOPE]);
    const client = await this.clients.find(clientId);
    if (client === null) throw new InvalidToken('revoked', 'the client is gone');
    const told = await this.told.of(userId, await this.wantedBy(token));
    if (told === null) throw new InvalidToken('revoked', 'the person may not be let in');
    return { ...told, sub: this.subjects.subjectOf(client, userId) };
  }

  private async wantedBy({ scope, family, client_id: clientId }: AccessTokenClaims): Promise<WantedClaims> {
    const covered = this.told.ofScopes(scope.split(' '));
    const granted = family === undefined ? null : await this.requested.find(family, clientId);
    return granted === null ? covered : { ...permittedClaims(granted.userinfo, granted, covered), ...covered };
  }
}
