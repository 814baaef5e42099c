import { Injectable } from '@nestjs/common';
import { PersonClaims } from '../../auth/person-claims';
import type { Client } from '../../clients/client';
import { ClientDirectory } from '../../oauth/client-authentication/client-directory';
import { InvalidToken } from '../../protocol/errors';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import { Subjects } from '../claims/subjects';
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
    private readonly claims: PersonClaims,
    private readonly subjects: Subjects,
    private readonly jwt: UserinfoJwt,
  ) {}

  /**
   * @throws {InvalidToken} where the client is not there any more
   * @throws {InvalidRequest} where the client wants it encrypted and has no key for that
   */
  async answer(token: AccessTokenClaims): Promise<UserinfoAnswer> {
    const client = await this.clients.find(token.client_id);
    if (client === null) throw new InvalidToken('revoked', 'the client is gone');
    const claims = await this.claimsFor(client, token);
    const jwt = await this.jwt.of(client, claims);
    return jwt === null
      ? { type: 'application/json', body: JSON.stringify(claims) }
      : { type: 'application/jwt', body: jwt };
  }

  private async claimsFor(client: Client, { sub: userId, scope }: AccessTokenClaims): Promise<UserinfoClaims> {
    const told = await this.claims.of(userId, this.claims.namesFor(scope.split(' ')));
    return { sub: this.subjects.subjectOf(client, userId), ...told };
  }
}
