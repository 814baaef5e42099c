import { Injectable, Module } from '@nestjs/common';
import { ContributesPersonClaims, type PersonClaimsSource } from '../../../src/auth/extension-points';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../../support/create-test-app';
import { OpenidApplication } from '../../support/openid-application';
import { aClient } from '../../support/test-clients';

@ContributesPersonClaims()
@Injectable()
class LoyaltyClaims implements PersonClaimsSource {
  readonly scopes = { loyalty: ['loyalty_tier', 'loyalty_points'] };
  readonly scopeWords = { loyalty: 'See your bonus points' };
  readonly claimWords = { loyalty_tier: 'your bonus level' };

  claimsOf(userId: string): Record<string, unknown> {
    return { loyalty_tier: 'gold', loyalty_points: null, sub: 'somebody else', email: `of-${userId}@example.com` };
  }
}

@Module({ providers: [LoyaltyClaims] })
class LoyaltyModule {}

@ContributesPersonClaims()
@Injectable()
class Impostor implements PersonClaimsSource {
  readonly scopes = { impostor: ['sub'] };

  claimsOf(): Record<string, unknown> {
    return { sub: 'somebody else' };
  }
}

@Module({ providers: [Impostor] })
class ImpostorModule {}

describe('claims about people that a feature module adds', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ features: [LoyaltyModule] });
    await app.register('alice');
  });

  afterAll(() => app.close());

  const application = async () => OpenidApplication.open(app, await aClient(app, { scope: 'openid email loyalty' }));

  it('have a scope of their own, which is announced, shown in words, and told by UserInfo', async () => {
    const { body } = await app.get('/.well-known/openid-configuration');
    expect(body.scopes_supported).toContain('loyalty');
    expect(body.claims_supported).toContain('loyalty_tier');
    const library = await application();
    await library.go({ scope: 'openid email loyalty' });
    await library.browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect(library.browser.text).toContain('See your bonus points');
    await library.browser.submit('#allow');
    const tokens = await library.redeem();
    // What is not known is left out, and so is what the module has no business to tell.
    expect(await library.userinfo(tokens)).toEqual({
      sub: tokens.claims()!.sub,
      email: 'alice@example.com',
      email_verified: false,
      loyalty_tier: 'gold',
    });
  });

  it('can be asked for one by one, in the words that the module has for them', async () => {
    const library = await application();
    await library.go({ scope: 'openid', claims: '{"id_token":{"loyalty_tier":null}}' });
    await library.browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect(library.browser.text).toContain('your bonus level');
    await library.browser.submit('#allow');
    expect((await library.redeem()).claims()).toMatchObject({ loyalty_tier: 'gold' });
  });

  it('cannot be those of the protocol: the application does not start', async () => {
    await expect(createTestApp({ features: [ImpostorModule] })).rejects.toThrow('sub');
  });
});
