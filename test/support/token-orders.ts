import { FIRST_PARTY_CLIENT_ID } from '../../src/clients/client.entity';
import type { Settings } from '../../src/config/settings';
import type { IssueOrder, IssueTerms } from '../../src/tokens/issue-order';
import type { NewFamily } from '../../src/tokens/token-families';

/** What is to be issued to the first-party client, unless a test says otherwise. */
export function anOrder({ tokens }: Settings, order: Partial<IssueOrder> = {}): IssueOrder {
  return {
    userId: null,
    clientId: FIRST_PARTY_CLIENT_ID,
    scopes: [],
    audience: [tokens.audience],
    roles: [],
    authentication: null,
    sessionId: null,
    refresh: 'none',
    ...order,
  };
}

/** How tokens are made where nothing special is said. */
export function theTerms({ tokens }: Settings, terms: Partial<IssueTerms> = {}): IssueTerms {
  return {
    format: 'jwt',
    accessTokenLifetime: tokens.accessTokenLifetime,
    refreshToken: {
      lifetime: tokens.refreshTokenLifetime,
      absoluteLifetime: tokens.refreshTokenAbsoluteLifetime,
      rotates: true,
      confirmation: null,
    },
    confirmation: null,
    ...terms,
  };
}

/** A family of the first-party client without a person, unless a test says otherwise. */
export function aFamily({ tokens }: Settings, family: Partial<NewFamily> = {}): NewFamily {
  return {
    user_id: null,
    client_id: FIRST_PARTY_CLIENT_ID,
    session_id: null,
    scope: '',
    audience: 'https://api.example.com',
    authenticated_at: null,
    acr: null,
    amr: null,
    jkt: null,
    rotates: true,
    idle: tokens.refreshTokenLifetime * 1_000,
    absolute: tokens.refreshTokenAbsoluteLifetime * 1_000,
    ...family,
  };
}
