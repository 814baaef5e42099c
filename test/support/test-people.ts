import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ScopeRegistry } from '../../src/auth/scope-registry';
import { SETTINGS, type Settings } from '../../src/config/settings';
import { randomId } from '../../src/crypto/random-id';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { SessionManager } from '../../src/sessions/session-manager';
import { TokenIssuer } from '../../src/tokens/token-issuer';
import { UserStore } from '../../src/users/user.store';
import { TestClient } from './test-client';
import { anOrder, theTerms } from './token-orders';

/** Who a test calls as. */
export interface PersonOptions {
  /** Default: every scope that the roles allow. */
  readonly scopes?: readonly string[];
  readonly roles?: readonly string[];
  readonly username?: string;
}

/** Makes people with sessions and tokens, past the password: for tests that are about something else. */
export class TestPeople {
  constructor(
    private readonly app: NestFastifyApplication,
    private readonly url: string,
  ) {}

  /** A client that calls as a new person. */
  async clientOf({ scopes, roles = [], username = `person-${randomId()}` }: PersonOptions): Promise<TestClient> {
    const provider = <Provider>(token: abstract new (...args: never[]) => Provider) =>
      this.app.get<Provider>(token, { strict: false });
    const settings = this.app.get<Settings>(SETTINGS, { strict: false });
    const canonical = username.toLowerCase();
    const email = `${canonical}@example.com`;
    const tokens = await provider(UnitOfWork).run(async (transaction) => {
      const added = await provider(UserStore).add(transaction, {
        username: { display: username, canonical, skeleton: canonical },
        email: { display: email, canonical: email },
        displayName: null,
        roles,
        passwordHash: 'no password signs this person in',
      });
      if (added.outcome === 'taken') throw new Error(`There is somebody called ${username} already.`);
      const origin = { address: '127.0.0.1', userAgent: null, requestId: null };
      const session = await provider(SessionManager).begin(
        transaction,
        added.id,
        { acr: 'urn:test', amr: ['pwd'] },
        origin,
      );
      const order = anOrder(settings, {
        userId: added.id,
        scopes: scopes ?? provider(ScopeRegistry).allowedFor(roles),
        roles,
        authentication: session,
        sessionId: session.id,
      });
      return provider(TokenIssuer).issue(transaction, order, theTerms(settings));
    });
    return new TestClient(this.url).withToken(tokens.access_token);
  }
}
