import { Injectable } from '@nestjs/common';
import { type Client, mayUseGrant } from '../../clients/client';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';
import { GrantType, type GrantTypeName } from '../../protocol/grant-types';
import { InvalidDpopProof, UnauthorizedClient, UnsupportedGrantType } from '../../protocol/request-errors';
import type { IssueOrder, TokenResponse } from '../../tokens/issue-order';
import { TokenIssuer } from '../../tokens/token-issuer';
import { rolesOf } from '../../users/user.entity';
import { OFFLINE_ACCESS, permittedScopes } from '../resource-indicators/access';
import { type Catalog, ScopeCatalog } from '../resource-indicators/scope-catalog';
import { type GrantOrder, GrantRegistry } from './grant';
import { TermsOfIssue } from './issue-terms';
import { ResponseExtensions } from './response-extension';
import type { TokenRequest } from './token-request';

/** The scope by which a client that is not the server's own asks for the roles of its person in its tokens. */
export const ROLES_SCOPE = 'roles';

/** What is given at the authorization endpoint. */
export type FrontChannelOrder = Pick<GrantOrder, 'holder' | 'access' | 'lineage'>;

/** RFC 6749 §4.2.2: no refresh token; and what has passed through a browser ends with its session. */
const FRONT_CHANNEL = { refresh: 'none', outlivesSession: false } as const;

/** Find grant → redeem → issue → extend: what happens to every token request once its client and its sender are known. */
@Injectable()
export class TokenPipeline {
  constructor(
    private readonly grants: GrantRegistry,
    private readonly catalog: ScopeCatalog,
    private readonly terms: TermsOfIssue,
    private readonly issuer: TokenIssuer,
    private readonly extensions: ResponseExtensions,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * @throws {UnsupportedGrantType} where there is no such grant
   * @throws {UnauthorizedClient} where the client is not registered for it
   * @throws {InvalidDpopProof} where the client's tokens are bound to a key, and it proves none
   * @throws {OAuthError} whatever the grant refuses
   */
  async answer(request: TokenRequest): Promise<TokenResponse> {
    const type = request.parameters.need('grant_type');
    const grant = this.grants.find(type);
    if (grant === undefined) throw new UnsupportedGrantType();
    // RFC 6749 §5.2
    if (!mayUseGrant(request.client, type as GrantTypeName)) {
      throw new UnauthorizedClient('This client is not registered for that grant_type.');
    }
    // RFC 9449 §5.2
    if (request.client.metadata.dpop_bound_access_tokens && request.confirmation === null) {
      throw new InvalidDpopProof('The tokens of this client are bound to a key: send a DPoP proof (RFC 9449 §5.2).');
    }
    await this.extensions.prepare(request);
    const catalog = await this.catalog.get();
    return grant.redeem(request, (transaction, order) => this.issue(transaction, request, order, catalog));
  }

  /**
   * Issues an access token without a token request, at the authorization endpoint (RFC 6749 §4.2.2): on the same terms, bound to no key, and with nothing
   * beside it.
   * @throws {UnauthorizedClient} where the client is not registered for it, or its tokens are bound to a key
   * @throws {OAuthError} where such a token cannot be
   */
  async issueAtAuthorization(
    transaction: Transaction,
    client: Client,
    order: FrontChannelOrder,
  ): Promise<TokenResponse> {
    if (!mayUseGrant(client, GrantType.implicit) || client.metadata.dpop_bound_access_tokens) {
      throw new UnauthorizedClient('This client gets no access token from the authorization endpoint.');
    }
    const catalog = await this.catalog.get();
    const { audience } = order.access;
    const terms = this.terms.of({ client, audience, confirmation: null, longest: undefined }, catalog);
    return this.issuer.issue(transaction, this.orderOf(client, { ...order, ...FRONT_CHANNEL }, catalog), terms);
  }

  private async issue(
    transaction: Transaction | null,
    request: TokenRequest,
    order: GrantOrder,
    catalog: Catalog,
  ): Promise<TokenResponse> {
    const { client, confirmation } = request;
    const { audience } = order.access;
    const terms = this.terms.of({ client, audience, confirmation, longest: order.longest }, catalog);
    const issueIn = async (within: Transaction | null): Promise<TokenResponse> => {
      const response = await this.issuer.issue(within, this.orderOf(client, order, catalog), terms);
      return this.extensions.extend(within, { request, order, response });
    };
    // Where nothing was redeemed, a JWT needs no unit of work, and an opaque token one of its own.
    return transaction === null && terms.format === 'opaque' ? this.unitOfWork.run(issueIn) : issueIn(transaction);
  }

  private orderOf(client: Client, order: GrantOrder, catalog: Catalog): IssueOrder {
    const { holder, access } = order;
    const roles = holder.user === null ? null : rolesOf(holder.user);
    const scopes = permittedScopes(access, client, roles, catalog);
    const granted = order.granted ?? access;
    return {
      userId: holder.user?.id ?? null,
      clientId: client.id,
      scopes,
      audience: access.audience,
      // A client that was let do one thing must not come to what its person may do besides.
      roles: client.firstParty || scopes.includes(ROLES_SCOPE) ? (roles ?? []) : [],
      authentication: holder.authentication,
      sessionId: order.outlivesSession ? null : (holder.session?.id ?? null),
      refresh: order.refresh === 'offer' ? this.offer(client, order) : order.refresh,
      grant: { scopes: permittedScopes(granted, client, roles, catalog), audience: granted.audience },
      ...(order.lineage === undefined ? {} : { lineage: order.lineage }),
      ...(order.actor === undefined ? {} : { actor: order.actor }),
      ...(order.exchangedFrom === undefined ? {} : { exchangedFrom: order.exchangedFrom }),
    };
  }

  /** A refresh token is for clients that may use it, and ends with the session unless what was granted outlives that. */
  private offer(client: Client, { holder, outlivesSession }: GrantOrder): 'none' | 'start' {
    if (!mayUseGrant(client, GrantType.refreshToken) || holder.user === null) return 'none';
    return outlivesSession || holder.session !== null ? 'start' : 'none';
  }
}

/** Whether what was granted outlives the session in which it was granted (OpenID Connect Core §11). */
export function outlivesSession(scopes: readonly string[]): boolean {
  return scopes.includes(OFFLINE_ACCESS);
}
