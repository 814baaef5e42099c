import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import { AuditLog } from '../../audit/audit-log';
import type { Client } from '../../clients/client';
import { UnitOfWork } from '../../database/unit-of-work';
import { InvalidGrant } from '../../protocol/request-errors';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import { AccessTokenInspector } from '../../tokens/access-token-inspector';
import { TokenFamilies } from '../../tokens/token-families';
import { TokenRevoker } from '../../tokens/token-revoker';

/** Takes back the token that a client does not need any more. */
@Injectable()
export class TokenRevocation {
  constructor(
    private readonly families: TokenFamilies,
    private readonly accessTokens: AccessTokenInspector,
    private readonly revoker: TokenRevoker,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Takes back a refresh token with all access tokens that it gave, or an access token alone; for a text that is neither there is nothing to do
   * (RFC 7009 §2.2). What kind it is shows in the text: a hint is not needed.
   * @throws {InvalidGrant} RFC 7009 §2.1: when the token was given to another client
   */
  async revoke(token: string, client: Client, origin: RequestOrigin): Promise<void> {
    const refreshToken = this.families.read(token);
    if (refreshToken !== null) {
      const family = await this.families.factsOf(refreshToken);
      if (family !== null) await this.revokeFamily(family, client, origin);
      return;
    }
    // Of a text that is no good access token there is nothing left to take back.
    const claims = await this.accessTokens.find(token);
    if (claims !== null) await this.revokeAccessToken(claims, client, origin);
  }

  private async revokeFamily(
    { id, client_id, user_id: userId }: { id: string; client_id: string; user_id: string | null },
    client: Client,
    origin: RequestOrigin,
  ): Promise<void> {
    assertOwn(client_id, client);
    await this.unitOfWork.run(async (transaction) => {
      if (!(await this.revoker.revokeFamily(transaction, id, 'revoked by its client'))) return;
      const detail = { family: id };
      await this.audit.record(transaction, {
        type: 'token.revoked',
        outcome: 'success',
        userId,
        clientId: client.id,
        origin,
        detail,
      });
    });
  }

  private async revokeAccessToken(
    { jti, sub, client_id }: AccessTokenClaims,
    client: Client,
    origin: RequestOrigin,
  ): Promise<void> {
    assertOwn(client_id, client);
    await this.unitOfWork.run(async (transaction) => {
      await this.revoker.revokeAccessToken(transaction, jti);
      const userId = sub === client_id ? null : sub;
      await this.audit.record(transaction, {
        type: 'token.revoked',
        outcome: 'success',
        userId,
        clientId: client.id,
        origin,
      });
    });
  }
}

function assertOwn(clientId: string, client: Client): void {
  // RFC 7009 §2.1: the request is refused, and the client is told.
  if (clientId !== client.id) throw new InvalidGrant('The token was given to another client.');
}
