import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { ConnectedApplications } from '../../../src/auth/connected-applications';
import { TrustedIssuerRegistrations } from '../../../src/oauth/trusted-issuer-registration/trusted-issuer-registrations';
import { TrustedIssuerStore } from '../../../src/trusted-issuers/trusted-issuer.store';
import { ecKeyPair } from '../../support/client-credentials';
import { ForeignApplication } from '../../support/code-flow';
import { createTestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { KeyHolder } from '../../support/dpop-proof';
import { StrangersWeb } from '../../support/strangers-web';
import {
  aDirectoryWorld,
  anAssertionOf,
  BY,
  DIRECTORY,
  type DirectoryWorld,
  JWT_BEARER,
  present,
} from '../../support/trusted-issuers';

const METADATA = '/.well-known/oauth-authorization-server';
const ORIGIN = { address: '127.0.0.1', userAgent: null, requestId: null };

describe('JWT authorization grants (RFC 7523 §2.1)', () => {
  let world: DirectoryWorld;
  let web: StrangersWeb;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    world = await aDirectoryWorld({ network: web });
  });
  afterAll(async () => {
    await world.app.close();
    await web.close();
  });

  const given = async (...more: Parameters<typeof anAssertionOf> extends [unknown, ...infer Rest] ? Rest : never) => {
    const { status, body } = await present(world.app, world.robot, await anAssertionOf(world, ...more));
    expect([status, body.error]).toEqual([200, undefined]);
    return body.access_token as string;
  };

  const opens = async (token: string) => (await world.app.withToken(token).get('/notes')).status;

  it('give a client library a token for the person whom the issuer means, and nothing to refresh it with', async () => {
    const { app, robot, aliceId } = world;
    const application = new ForeignApplication(app, robot, oauth.ClientSecretBasic(robot.secret));
    const server = await application.discover();
    expect(server.grant_types_supported).toContain(JWT_BEARER);
    const response = await oauth.genericTokenEndpointRequest(
      server,
      application.client,
      application.authentication,
      JWT_BEARER,
      { assertion: await anAssertionOf(world), scope: 'notes:read' },
      application.options,
    );
    const tokens = await oauth.processGenericTokenEndpointResponse(server, application.client, response);
    expect([tokens.scope, tokens.refresh_token]).toEqual(['notes:read', undefined]);
    const claims = decodeJwt(tokens.access_token);
    expect([claims.sub, claims['client_id'], claims['sid'], claims['auth_time'], claims['acr']]).toEqual([
      ...[aliceId, robot.id],
      ...[undefined, undefined, undefined],
    ]);
    expect(await opens(tokens.access_token)).toBe(200);
  });

  it('are noted, with who vouched', async () => {
    await given();
    const rows = await openRows(world.app.database);
    const [event] = await rows.query<{ user_id: string; client_id: string; detail: string }>(
      "SELECT user_id, client_id, detail FROM audit_events WHERE type = 'assertion.redeemed' ORDER BY seq DESC LIMIT 1",
    );
    await rows.close();
    expect([event!.user_id, event!.client_id]).toEqual([world.aliceId, world.robot.id]);
    expect(JSON.parse(event!.detail)).toMatchObject({ issuer: DIRECTORY, scope: 'notes:read' });
  });

  it('bind the token to the key that the client proves (RFC 9449 §5)', async () => {
    const { app, robot } = world;
    const holder = await KeyHolder.make(app);
    const assertion = await anAssertionOf(world);
    const { body } = await present(app, robot, assertion, { scope: 'notes:read' }, await holder.header());
    expect([body.token_type, decodeJwt(body.access_token as string)['cnf']]).toEqual(['DPoP', { jkt: holder.jkt }]);
  });

  it('end when the subject is unlinked, and a link made anew begins anew', async () => {
    const { app, robot, aliceId } = world;
    const token = await given();
    const registrations = app.resolve(TrustedIssuerRegistrations);
    const link = { subject: 'a-17', user_id: aliceId };
    expect(await registrations.link(DIRECTORY, link, BY)).toEqual({ outcome: 'taken' });
    expect(await registrations.unlink(DIRECTORY, 'a-17', BY)).toBe(true);
    expect(await opens(token)).toBe(401);
    expect((await present(app, robot, await anAssertionOf(world))).body.error).toBe('invalid_grant');
    expect(await registrations.link(DIRECTORY, link, BY)).toMatchObject({ outcome: 'linked' });
    expect([await opens(await given()), await opens(token)]).toEqual([200, 401]);
  });

  it('end when the person disconnects the client', async () => {
    const { app, robot, aliceId } = world;
    const token = await given();
    await app.resolve(ConnectedApplications).disconnect(aliceId, robot.id, ORIGIN);
    expect(await opens(token)).toBe(401);
    app.clock.advance(1);
  });

  it('are checked with keys that the issuer publishes, and from then on with new ones', async () => {
    const { app, robot } = world;
    const issuer = 'https://partner.example.com';
    const [first, second] = [ecKeyPair('first'), ecKeyPair('second')];
    web.json(`${issuer}/keys`, { keys: [first.jwk] });
    const trust = { jwks_uri: `${issuer}/keys`, clients: [robot.id], scope: 'notes:read' };
    await app.resolve(TrustedIssuerRegistrations).register(issuer, trust, BY);
    await app.resolve(TrustedIssuerRegistrations).link(issuer, { subject: 'x', user_id: world.aliceId }, BY);
    const by = ({ privateKey }: typeof first, kid: string) =>
      ({ claims: { iss: issuer, sub: 'x' }, header: { kid }, key: privateKey }) as const;
    expect(await opens(await given(by(first, 'first')))).toBe(200);
    web.json(`${issuer}/keys`, { keys: [second.jwk] });
    app.clock.advance(61);
    expect(await opens(await given(by(second, 'second')))).toBe(200);
    const refused = await present(app, robot, await anAssertionOf(world, by(first, 'first')));
    expect(refused.body.error).toBe('invalid_grant');
  });

  it('end, all of them, when the issuer is trusted no longer', async () => {
    const { app, robot } = world;
    const token = await given();
    const trusted = await app.resolve(TrustedIssuerStore).read(DIRECTORY);
    const remove = async (revision: number) =>
      (await app.resolve(TrustedIssuerRegistrations).remove(DIRECTORY, revision, BY)).outcome;
    expect(await remove(trusted!.revision + 1)).toBe('outdated');
    expect([await opens(token), await remove(trusted!.revision), await remove(trusted!.revision)]).toEqual([
      ...[200, 'removed', 'unknown'],
    ]);
    expect(await opens(token)).toBe(401);
    expect((await present(app, robot, await anAssertionOf(world))).body.error).toBe('invalid_grant');
  });

  it('are not there where they are switched off, as they are by default', async () => {
    const off = await createTestApp();
    expect((await off.get(METADATA)).body.grant_types_supported).not.toContain(JWT_BEARER);
    await off.close();
  });
});
