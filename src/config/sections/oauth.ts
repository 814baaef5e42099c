import { editDistance } from '../edit-distance';
import {
  OAUTH_FEATURE_DEFAULTS,
  OAUTH_FEATURE_NEEDS,
  type OAuthFeatureName,
  type OAuthFeatureSwitches,
} from '../oauth-features';
import { setting, SettingProblem } from '../setting';
import { listItems, oneOf } from '../value-parsers';

const onOrOff = oneOf('on', 'off');

const NAMES = Object.keys(OAUTH_FEATURE_DEFAULTS) as OAuthFeatureName[];

const NEEDY = Object.entries(OAUTH_FEATURE_NEEDS)
  .map(([name, need]) => `${name} needs ${need}`)
  .join(', ');

const namesThatAre = (on: boolean): string => NAMES.filter((name) => OAUTH_FEATURE_DEFAULTS[name] === on).join(', ');

function parseFeatures(value: string): OAuthFeatureSwitches {
  const switches: Record<OAuthFeatureName, boolean> = { ...OAUTH_FEATURE_DEFAULTS };
  const asked = new Set<OAuthFeatureName>();
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
    asked.add(known);
  }
  return withNeeds(switches, asked);
}

function withNeeds(switches: OAuthFeatureSwitches, asked: ReadonlySet<OAuthFeatureName>): OAuthFeatureSwitches {
  const entries = Object.entries(switches) as [OAuthFeatureName, boolean][];
  const settled = entries.map(([name, isOn]) => {
    const need = missingNeed(name, switches);
    const isMissed = isOn && need !== null;
    if (isMissed && asked.has(name)) throw new SettingProblem(`must not have -${need} beside +${name}, which needs it`);
    return [name, isOn && !isMissed];
  });
  return Object.fromEntries(settled) as OAuthFeatureSwitches;
}

/** What is off of all that a feature needs, the nearest first. */
function missingNeed(name: OAuthFeatureName, switches: OAuthFeatureSwitches): OAuthFeatureName | null {
  const need = OAUTH_FEATURE_NEEDS[name];
  if (need === undefined) return null;
  return switches[need] ? missingNeed(need, switches) : need;
}

const HOST_PATTERN = /^(?:\*\.)?(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)*$/;

function parseHosts(value: string): readonly string[] {
  const hosts = listItems(value);
  hosts.forEach((host, i) => {
    if (!HOST_PATTERN.test(host)) {
      throw new SettingProblem(
        `must list host names in lower case with commas between them, such as client.example or *.client.example (entry ${i + 1} is neither)`,
      );
    }
  });
  return hosts;
}

const DOMAIN_TRUST = {
  title: 'Client ID Metadata Document draft §8.9',
  url: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document#section-8.9',
};

const HOSTS_UNIT = 'host names with commas between them, `*.` before one for all names below it';

/** Whose documents may describe clients. */
export const clientDocumentSettings = {
  hosts: setting({
    name: 'CLIENT_DOCUMENT_HOSTS',
    default: '',
    unit: HOSTS_UNIT,
    meaning: 'The only hosts whose documents may describe clients; without any, all may that are not denied.',
    specification: DOMAIN_TRUST,
    parse: parseHosts,
  }),
  deniedHosts: setting({
    name: 'CLIENT_DOCUMENT_DENIED_HOSTS',
    default: '',
    unit: HOSTS_UNIT,
    meaning: 'Hosts whose documents describe no clients here, even where they are allowed otherwise.',
    specification: DOMAIN_TRUST,
    parse: parseHosts,
  }),
};

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
  selfRegisteredLogos: setting({
    name: 'SELF_REGISTERED_LOGOS',
    default: 'off',
    unit: '`on` or `off`',
    meaning:
      'Whether applications that have registered themselves are shown with their logo, beside the warning that nobody has checked them: for a server that knows who may register; people believe a picture more readily than a warning.',
    specification: { title: 'RFC 7591 §5', url: 'https://www.rfc-editor.org/rfc/rfc7591#section-5' },
    parse: (value) => onOrOff(value) === 'on',
  }),
  oauthFeatures: setting<OAuthFeatureSwitches>({
    name: 'OAUTH_FEATURES',
    default: '',
    unit: '`+name` and `-name` with commas between them',
    meaning: `Features of the authorization server to switch on or off, beside those that are on anyway (${namesThatAre(true)}), and those that are not (${namesThatAre(false)}); what is off has no route, no grant and no metadata, and neither has what needs it (${NEEDY}).`,
    parse: parseFeatures,
  }),
};
