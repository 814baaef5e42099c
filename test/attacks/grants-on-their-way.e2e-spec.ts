import { Injectable, Module } from '@nestjs/common';
import * as oauth from 'oauth4webapi';
import { Accounts } from '../../src/auth/accounts';
import { type ClaimsContributor, ContributesClaims } from '../../src/auth/extension-points';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { ClientRegistrations } from '../../src/oauth/client-registration/client-registrations';
import { DeviceDecisions } from '../../src/oauth/device-authorization/device-decisions';
import { SessionManager } from '../../src/sessions/session-manager';
import { ForeignApplication } from '../support/code-flow';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { DEVICE_GRANT, enterCode, ForeignDevice } from '../support/device-flow';
import { PageBrowser } from '../support/page-browser';
import { aPublicClient } from '../support/test-clients';

const NEW_PASSWORD = 'copper-meadow-17-anchor';
const BY = { address: null, requestId: null, by: 'test' };
const IN_SESSION = 'notes:read';
const BEYOND = 'notes:read offline_access';

/** Where the token of one client is made, the test says when it goes on. */
class Gate {
  clientId = '';
  readonly entered: Promise<void>;
  readonly opened: Promise<void>;
  enter!: () => void;
  open!: () => void;

  constructor() {
    this.entered = new Promise((resolve) => (this.enter = resolve));
    this.opened = new Promise((resolve) => (this.open = resolve));
  }
}

let gate = new Gate();

@Injectable()
@ContributesClaims()
class GatedClaims implements ClaimsContributor {
  async contribute({ clientId }: { readonly clientId: string }): Promise<Record<string, never>> {
    if (clientId === gate.clientId) {
      gate.enter();
      await gate.opened;
    }
    return {};
  }
}

@Module({ providers: [GatedClaims] })
class GatedFeature {}

describe('what was granted, and has not become tokens yet', () => {
  let app: TestApp;
  let count = 0;

  beforeAll(async () => {
    app = await createTestApp({ features: [GatedFeature] });
  });

  afterAll(() => app.close());

  beforeEach(() => {
    gate = new Gate();
  });

  async function somebody() {
    const username = `somebody-${String((count += 1))}`;
    const { id } = (await app.register(username)).body as { id: string };
    return { id, username };
  }

  type Somebody = Awaited<ReturnType<typeof somebody>>;

  /** A device that its person has allowed this, and that has not come for it. */
  async function allowedDevice({ username }: Somebody, scope: string) {
    const metadata = { redirect_uris: [], scope: IN_SESSION, grant_types: [DEVICE_GRANT, 'refresh_token'] };
    const client = await aPublicClient(app, metadata);
    const device = new ForeignDevice(app, client);
    const codes = await device.begin({ scope });
    await (await enterCode(new PageBrowser(app), codes.user_code, username)).submit('#allow');
    return { clientId: client.id, comes: () => device.refusal(codes) };
  }

  /** An application that its person has let have this, and that has not come for it. */
  async function allowedApplication({ username }: Somebody, scope: string) {
    const client = await aPublicClient(app, { scope: IN_SESSION });
    const application = new ForeignApplication(app, client, oauth.None());
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope }));
    await browser.submit('#sign-in', { username, password: GOOD_PASSWORD });
    await browser.submit('#allow');
    const redeem = () => application.redeem(browser);
    return { clientId: client.id, application, redeem, comes: () => outcomeOf(redeem()) };
  }

  async function outcomeOf(tokens: Promise<oauth.TokenEndpointResponse>): Promise<string> {
    try {
      await tokens;
    } catch (error) {
      if (error instanceof oauth.ResponseBodyError) return error.error;
      throw error;
    }
    return 'tokens';
  }

  async function changePassword({ username }: Somebody): Promise<number> {
    app.clock.advance(1);
    const own = app.withToken((await app.login(username)).body.access_token as string);
    const change = { currentPassword: GOOD_PASSWORD, newPassword: NEW_PASSWORD };
    return (await own.post('/auth/password', change)).status;
  }

  const marked = (mark: 'locked' | 'disabled') => async (person: Somebody) => {
    await app.resolve(Accounts).mark(person.id, mark, true);
    await app.resolve(Accounts).mark(person.id, mark, false);
  };

  describe.each([
    ['a new password', changePassword],
    ['a lock that was taken away again', marked('locked')],
    ['a disabling that was taken back', marked('disabled')],
  ])('RFR-07: %s', (_, happens) => {
    it.each([IN_SESSION, BEYOND])(
      'RFR-07: leaves nothing for a device that was allowed %s (RFC 9700 §4.14.2)',
      async (scope) => {
        const person = await somebody();
        const { comes } = await allowedDevice(person, scope);
        await happens(person);
        expect(await comes()).toBe('invalid_grant');
      },
    );

    it.each([IN_SESSION, BEYOND])('RFR-07: leaves nothing for an application that was let have %s', async (scope) => {
      const person = await somebody();
      const { comes } = await allowedApplication(person, scope);
      await happens(person);
      expect(await comes()).toBe('invalid_grant');
    });
  });

  it('RFR-07: a new password of one person leaves what others have allowed, and what nobody has decided yet', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const { comes } = await allowedDevice(other, BEYOND);
    await changePassword(one);
    expect(await comes()).toBe('tokens');
  });

  it.each([
    ['a device', allowedDevice],
    ['an application', allowedApplication],
  ])(
    'RFR-07: a client that was disabled and let in again has nothing left that %s of it could come for',
    async (_, allowed) => {
      const [person, clients] = [await somebody(), app.resolve(ClientRegistrations)];
      const [disabled, other] = [await allowed(person, BEYOND), await allowed(person, BEYOND)];
      await clients.setDisabled(disabled.clientId, true, BY);
      await clients.setDisabled(disabled.clientId, false, BY);
      expect([await disabled.comes(), await other.comes()]).toEqual(['invalid_grant', 'tokens']);
    },
  );

  it('RFR-07: what is redeemed while the password changes is taken back by the change (RFC 9700 §4.14.2)', async () => {
    const person = await somebody();
    const { clientId, redeem, application } = await allowedApplication(person, BEYOND);
    gate.clientId = clientId;
    const redeeming = redeem();
    await gate.entered;
    const changing = changePassword(person);
    // Either waits for the other, whichever was first; without that the change is done before the family is there to be seen.
    await Promise.race([changing, new Promise((resolve) => setTimeout(resolve, 1_000))]);
    gate.clientId = '';
    gate.open();
    const tokens = await redeeming;
    expect(await changing).toBe(204);
    expect(await outcomeOf(application.refresh(tokens.refresh_token!))).toBe('invalid_grant');
    expect((await app.withToken(tokens.access_token).get('/notes')).status).toBe(401);
  });

  it('RFR-07: a page that still shows the question allows a device nothing when its session has ended', async () => {
    const person = await somebody();
    const client = await aPublicClient(app, { redirect_uris: [], scope: IN_SESSION, grant_types: [DEVICE_GRANT] });
    const device = new ForeignDevice(app, client);
    const codes = await device.begin({ scope: IN_SESSION });
    const browser = await enterCode(new PageBrowser(app), codes.user_code, person.username);
    const sessions = app.resolve(SessionManager);
    const session = (await sessions.findByCookie(browser.cookies.value('session')!))!;
    const decisions = app.resolve(DeviceDecisions);
    const userCode = codes.user_code.replace('-', '');
    const question = await decisions.question(userCode, session, browser.cookies.value('browser')!);
    if (question.outcome !== 'waiting') throw new Error(`Nothing is asked: ${question.outcome}`);
    await app.resolve(UnitOfWork).run((transaction) => sessions.end(transaction, session.session.id));
    const origin = { address: '127.0.0.1', requestId: 'test', userAgent: null };
    expect(await decisions.allow(question.asked, [IN_SESSION], origin)).toBe(false);
  });
});
