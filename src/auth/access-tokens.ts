import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { UnitOfWork } from '../database/unit-of-work';
import { InvalidToken } from '../protocol/errors';
import { AccessTokenVerifier } from '../tokens/access-token-verifier';
import { TokenRevoker } from '../tokens/token-revoker';
import type { Claims } from './access-token.decorator';

/** Access tokens outside of guarded routes, for feature modules: to read one, and to take one back. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly revoker: TokenRevoker,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The claims of a bearer token that is good now; there is no way to those of any other.
   * @throws {InvalidToken} when it is malformed, not ours, expired or revoked, or is bound to a key that nobody has proved possession of here
   */
  read(token: string): Claims {
    const claims = this.verifier.verify(token);
    // RFC 9449 §7.2
    if (claims.cnf !== undefined) throw new InvalidToken('malformed', 'the token is bound to a key');
    return claims;
  }

  /** Takes back this one token, on every node within a second; the session and its refresh token go on. */
  async revoke({ jti, sub, client_id: clientId, sid }: Claims, origin?: RequestOrigin): Promise<void> {
    await this.unitOfWork.run(async (transaction) => {
      await this.revoker.revokeAccessToken(transaction, jti);
      await this.audit.record(transaction, {
        type: 'token.revoked',
        outcome: 'success',
        userId: sub === clientId ? null : sub,
        clientId,
        sessionId: sid ?? null,
        origin,
      });
    });
  }
}
