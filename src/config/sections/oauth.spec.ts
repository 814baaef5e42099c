import { loadSettings } from '../load-settings';
import { OAUTH_FEATURE_DEFAULTS } from '../oauth-features';

const featuresOf = (OAUTH_FEATURES: string) => loadSettings({ OAUTH_FEATURES }).oauthFeatures;

describe('OAUTH_FEATURES', () => {
  it('switches what it names, and leaves the rest as it is', () => {
    expect(featuresOf('')).toEqual(OAUTH_FEATURE_DEFAULTS);
    expect(featuresOf('-introspection, -dpop')).toEqual({
      ...OAUTH_FEATURE_DEFAULTS,
      introspection: false,
      dpop: false,
    });
    expect(featuresOf('-dpop,+dpop')).toEqual(OAUTH_FEATURE_DEFAULTS);
  });

  it('takes with a feature what is nothing without it', () => {
    const without = featuresOf('-authorization_code');
    expect(without).toMatchObject({ pushed_authorization_requests: false, request_objects: false, dpop: true });
    expect(() => featuresOf('-authorization_code,+request_objects')).toThrow(
      'OAUTH_FEATURES must not have -authorization_code beside +request_objects, which needs it',
    );
  });

  it.each([
    ['introspection', 'with + or - before each'],
    ['-introspecton', /did you mean -introspection\?$/],
  ])('says of %p what to change', (value, said) => expect(() => featuresOf(value)).toThrow(said));
});
