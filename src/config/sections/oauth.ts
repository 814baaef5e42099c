import { editDistance } from '../edit-distance';
import { OAUTH_FEATURE_DEFAULTS, type OAuthFeatureName, type OAuthFeatureSwitches } from '../oauth-features';
import { setting, SettingProblem } from '../setting';
import { listItems, oneOf } from '../value-parsers';

const NAMES = Object.keys(OAUTH_FEATURE_DEFAULTS) as OAuthFeatureName[];

function parseFeatures(value: string): OAuthFeatureSwitches {
  const switches: Record<OAuthFeatureName, boolean> = { ...OAUTH_FEATURE_DEFAULTS };
  for (const item of listItems(value)) {
    const [, sign, name = ''] = /^([+-])(.+)$/.exec(item) ?? [];
    if (sign === undefined) {
      throw new SettingProblem('must list features with + or - before each, such as -introspection');
    }
    const known = NAMES.find((candidate) => candidate === name);
    if (known === undefined) {
      const [nearest] = [...NAMES].sort((one, other) => editDistance(name, one) - editDistance(name, other));
      throw new SettingProblem(`must name features that there are; did you mean ${sign}${nearest}?`);
    }
    switches[known] = sign === '+';
  }
  return switches;
}

/** What the authorization server does. */
export const oauthSettings = {
  dpopNonce: setting<'optional' | 'required'>({
    name: 'DPOP_NONCE',
    default: 'optional',
    unit: '`optional` or `required`',
    meaning:
      'Whether every DPoP proof needs a nonce of this server, which shows that it was not made in advance; clients learn the nonce from each answer to a proof, and need one more round trip when they do not know it yet.',
    specification: { title: 'RFC 9449 §8', url: 'https://www.rfc-editor.org/rfc/rfc9449#section-8' },
    parse: oneOf('optional', 'required'),
  }),
  oauthFeatures: setting<OAuthFeatureSwitches>({
    name: 'OAUTH_FEATURES',
    default: '',
    unit: '`+name` and `-name` with commas between them',
    meaning: `Features of the authorization server to switch on or off, beside those that are on anyway (${NAMES.filter((name) => OAUTH_FEATURE_DEFAULTS[name]).join(', ')}); what is off has no route, no grant and no metadata.`,
    parse: parseFeatures,
  }),
};
