import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log';
import { EligibleHolders, type Holder } from '../../auth/eligible-holders';
import type { TokenExchangeRule } from '../../clients/token-exchange-rules';
import { Clock } from '../../config/clock';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import { InvalidRequest } from '../../protocol/errors';
import { GrantType } from '../../protocol/grant-types';
import { InvalidDpopProof } from '../../protocol/request-errors';
import { TokenType } from '../../protocol/token-types';
import type { AccessTokenClaims, ActorClaim } from '../../tokens/access-token-claims';
import { AccessTokenInspector } from '../../tokens/access-token-inspector';
import type { TokenResponse } from '../../tokens/issue-order';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';
import { type Grant, GrantOf, type GrantOrder, type Issue } from '../token-endpoint/grant';
import type { TokenRequest } from '../token-endpoint/token-request';
import { actorChain, originsOf } from './exchange-chain';
import { exchangedAccess, mayPresent, ruleFor } from './exchange-policy';
import { type ExchangeRequest, readExchangeRequest } from './exchange-request';

/** One sentence for all that is wrong with a token (RFC 8693 §2.2.2: invalid_request, also where policy does not let it pass). */
const INVALID_SUBJECT = 'The subject_token is not a good access token of a person that this client may exchange.';
const INVALID_ACTOR = 'The actor_token is not a good access token that was given to this client.';

/** The answer of an exchange (RFC 8693 §2.2.1). */
export interface ExchangeResponse extends TokenResponse {
  readonly issued_token_type: string;
}

/** What is exchanged: the tokens, once they were found good, and the rule that lets them pass. */
interface Exchange {
  readonly rule: TokenExchangeRule;
  readonly subject: AccessTokenClaims;
  /** Null where the client acts itself. */
  readonly actorToken: AccessTokenClaims | null;
  /** Who acts for the person from now on; undefined where nobody is to be seen. */
  readonly actor: ActorClaim | undefined;
}

/** Exchanges access tokens of people (RFC 8693): by an administrator's rules alone, for less and never for longer. */
@Injectable()
@GrantOf(GrantType.tokenExchange, {
  subject_token: { description: 'the token of whom it is about.', example: 'eyJhbGciOiJFUzI1NiJ9.e30.c2ln' },
  subject_token_type: { description: 'what that is.', example: TokenType.accessToken },
  actor_token: { description: 'the token of whoever acts for them.' },
  actor_token_type: { description: 'what that is.' },
  requested_token_type: { description: 'what it is exchanged for: an access token.' },
  audience: { description: 'whom the new token is for, like `resource`.' },
})
export class TokenExchangeGrant implements Grant {
  constructor(
    private readonly tokens: AccessTokenInspector,
    private readonly holders: EligibleHolders,
    private readonly catalog: ScopeCatalog,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  async redeem(request: TokenRequest, issue: Issue): Promise<ExchangeResponse> {
    const asked = readExchangeRequest(request.parameters);
    const exchange = await this.allowed(asked, request);
    const { subject, rule, actor } = exchange;
    const access = exchangedAccess(asked.scope, request.client, subject, rule, await this.catalog.get());
    const longest = this.secondsLeft(exchange);
    return this.unitOfWork.run(async (transaction) => {
      const order: GrantOrder = {
        holder: await this.holderOf(transaction, exchange),
        access,
        // RFC 8693 §2.2.1: it can be exchanged again as long as the subject token is good, and not longer.
        refresh: 'none',
        outlivesSession: subject.sid === undefined,
        longest,
        exchangedFrom: originsOf(subject, exchange.actorToken),
        ...(subject.family === undefined ? {} : { lineage: subject.family }),
        ...(actor === undefined ? {} : { actor }),
      };
      const response = await issue(transaction, order);
      await this.note(transaction, request, exchange, response.scope);
      return { ...response, issued_token_type: TokenType.accessToken };
    });
  }

  private async allowed(asked: ExchangeRequest, request: TokenRequest): Promise<Exchange> {
    const { client } = request;
    const catalog = await this.catalog.get();
    const rule = ruleFor(asked.target, client, catalog, this.catalog.ownResource);
    const subject = await this.tokens.find(asked.subjectToken);
    // RFC 8693 §2.2.2: a token that is invalid for any reason, or unacceptable by policy, makes the request invalid.
    if (subject === null || !mayPresent(client, subject, rule, catalog)) throw new InvalidRequest(INVALID_SUBJECT);
    assertPossession(subject, request);
    const actorToken = await this.actorTokenOf(asked, rule, request);
    const actor = { sub: actorToken?.sub ?? client.id, client_id: client.id };
    // Who acted before stays known, also where somebody takes the person's place altogether.
    return { rule, subject, actorToken, actor: rule.mode === 'delegation' ? actorChain(actor, subject) : subject.act };
  }

  private async actorTokenOf(
    { actorToken }: ExchangeRequest,
    { mode }: TokenExchangeRule,
    request: TokenRequest,
  ): Promise<AccessTokenClaims | null> {
    if (actorToken === undefined) return null;
    // RFC 8693 §1.1: whoever takes the person's place is not to be told from them; an actor who is would be forgotten.
    if (mode === 'impersonation') {
      throw new InvalidRequest('For that resource this client acts as the person: send no actor_token.');
    }
    const claims = await this.tokens.find(actorToken);
    // RFC 8693 §2.2.2: whoever acts acts for one other, and by this client: a token of another client says nothing of who uses this one.
    if (claims?.client_id !== request.client.id || claims.act !== undefined) throw new InvalidRequest(INVALID_ACTOR);
    assertPossession(claims, request);
    return claims;
  }

  private async holderOf(transaction: Transaction, { subject, actorToken }: Exchange): Promise<Holder> {
    const holder = await this.holders.behind(transaction, subject);
    // RFC 8693 §2.2.2: what speaks for somebody who may be given no tokens is as invalid as what has ended.
    if (holder === null) {
      throw new InvalidRequest(INVALID_SUBJECT, 'the person may not be given tokens, or there is none');
    }
    const isPerson = actorToken !== null && actorToken.sub !== actorToken.client_id;
    if (isPerson && (await this.holders.behind(transaction, actorToken)) === null) {
      throw new InvalidRequest(INVALID_ACTOR, 'the person may not be given tokens');
    }
    return holder;
  }

  /** How long the new token is good at the most: none outlives those that it came of. */
  private secondsLeft({ subject, actorToken }: Exchange): number {
    const left = Math.min(subject.exp, actorToken?.exp ?? subject.exp) - Math.floor(this.clock.now() / 1_000);
    // RFC 8693 §2.2.2: one that is let pass by the leeway for clocks has nothing left to give.
    if (left < 1) throw new InvalidRequest(INVALID_SUBJECT, 'expired');
    return left;
  }

  private note(
    transaction: Transaction,
    { client, origin }: TokenRequest,
    { rule: { mode, audience }, subject, actor }: Exchange,
    scope: string,
  ): Promise<void> {
    return this.audit.record(transaction, {
      type: 'token.exchanged',
      outcome: 'success',
      userId: subject.sub,
      clientId: client.id,
      sessionId: subject.sid ?? null,
      origin,
      detail: { mode, audience, scope, of: subject.client_id, actor: actor?.sub ?? null },
    });
  }
}

/** @throws {InvalidDpopProof} RFC 9449 §7: a token that is bound to a key is of use to nobody else, also not for exchange */
function assertPossession({ cnf }: AccessTokenClaims, { confirmation }: TokenRequest): void {
  if (cnf === undefined || cnf.jkt === confirmation?.jkt) return;
  throw new InvalidDpopProof(
    'A token that is to be exchanged is bound to another key: send a DPoP proof made with that one.',
  );
}
