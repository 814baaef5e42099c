import { Injectable } from '@nestjs/common';
import { PersonClaims } from '../../auth/person-claims';
import { ClientDirectory } from '../../oauth/client-authentication/client-directory';
import { InvalidToken } from '../../protocol/errors';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import { Subjects } from '../claims/subjects';

/** What a client is told about the person who has let it. */
export type UserinfoClaims = Readonly<Record<string, unknown>> & { readonly sub: string };

/** Answers what an access token lets its client know about its person (OpenID Connect Core §5.3.2). */
@Injectable()
export class Userinfo {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly claims: PersonClaims,
    private readonly subjects: Subjects,
  ) {}

  /** @throws {InvalidToken} where the client is not there any more */
  async of({ sub: userId, client_id: clientId, scope }: AccessTokenClaims): Promise<UserinfoClaims> {
    const client = await this.clients.find(clientId);
    if (client === null) throw new InvalidToken('revoked', 'the client is gone');
    const told = await this.claims.of(userId, this.claims.namesFor(scope.split(' ')));
    return { sub: this.subjects.subjectOf(client, userId), ...told };
  }
}
