import { Inject, Injectable } from '@nestjs/common';
import { type Client, isPublicClient } from '../../clients/client';
import { SETTINGS, type Settings } from '../../config/settings';
import { InvalidTarget } from '../../protocol/request-errors';
import type { Confirmation, IssueTerms } from '../../tokens/issue-order';
import type { Catalog } from '../resource-indicators/scope-catalog';

/** For whom and for what tokens are made. */
export interface TermsRequest {
  readonly client: Client;
  readonly audience: readonly string[];
  readonly confirmation: Confirmation | null;
  /** The longest that the access token may be good, in seconds. */
  readonly longest: number | undefined;
}

/** Says how tokens are made: what the resource server wants, what the client may have, and whose key they are bound to. */
@Injectable()
export class TermsOfIssue {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** @throws {InvalidTarget} where one token cannot be for all of these resource servers */
  of({ client, audience, confirmation, longest }: TermsRequest, { resourceServers }: Catalog): IssueTerms {
    const servers = audience.flatMap((id) => resourceServers.get(id) ?? []);
    const isAsked = servers.some(({ tokenFormat }) => tokenFormat === 'opaque');
    if (isAsked && audience.length > 1) {
      throw new InvalidTarget('One of the resources has tokens of its own kind: ask for a token for it alone.');
    }
    const { tokens } = this.settings;
    const { metadata } = client;
    const limits = [
      ...servers.flatMap(({ accessTokenLifetime }) => accessTokenLifetime ?? []),
      metadata.access_token_lifetime,
      longest,
    ].filter((limit) => limit !== undefined);
    return {
      // OpenID Connect Core §8.1: a JWT would tell the client by which identifier all others know its person.
      format: isAsked || metadata.subject_type === 'pairwise' ? 'opaque' : 'jwt',
      // Nothing outlives the setting: for that long, and no longer, revocations are remembered.
      accessTokenLifetime: Math.min(tokens.accessTokenLifetime, ...limits),
      refreshToken: {
        lifetime: metadata.refresh_token_lifetime ?? tokens.refreshTokenLifetime,
        absoluteLifetime: metadata.refresh_token_absolute_lifetime ?? tokens.refreshTokenAbsoluteLifetime,
        rotates: metadata.refresh_token_rotation,
        // RFC 9449 §5: those of confidential clients are bound to the client already.
        confirmation: isPublicClient(client) ? confirmation : null,
      },
      confirmation,
    };
  }
}
