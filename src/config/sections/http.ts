import ipaddr from 'ipaddr.js';
import { setting, SettingProblem, type SettingContext } from '../setting';
import { listItems, urlOrNull } from '../value-parsers';

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/;

function parseOrigins(value: string, { mode }: SettingContext): readonly string[] {
  const origins = listItems(value);
  if (origins.includes('*')) {
    if (mode !== 'development') {
      throw new SettingProblem('must name each origin: * is for development only');
    }
    if (origins.length > 1) {
      throw new SettingProblem('must be either * or a list of origins, not both');
    }
    return origins;
  }
  origins.forEach((origin, i) => {
    if (!isExactOrigin(origin)) {
      throw new SettingProblem(
        `must list exact origins with commas between them, such as https://app.example.com: lower case, no path, no trailing slash, no default port, no wildcard (entry ${i + 1} is none)`,
      );
    }
  });
  return origins;
}

/** RFC 6454 §6.2: browsers send the origin in this one spelling and compare it octet by octet. */
function isExactOrigin(origin: string): boolean {
  if (!ORIGIN.test(origin)) {
    return false;
  }
  const isWeb = /^https?:/.test(origin);
  return isWeb ? urlOrNull(origin)?.origin === origin : URL.canParse(origin);
}

function parseProxies(value: string): readonly string[] {
  const proxies = listItems(value);
  proxies.forEach((proxy, i) => {
    const { IPv4, IPv6 } = ipaddr;
    const isRange = IPv4.isValidCIDRFourPartDecimal(proxy) || IPv6.isValidCIDR(proxy);
    if (!isRange && !IPv4.isValidFourPartDecimal(proxy) && !IPv6.isValid(proxy)) {
      throw new SettingProblem(
        `must list IP addresses or CIDR ranges with commas between them, such as 10.0.0.0/8 (entry ${i + 1} is neither)`,
      );
    }
    if (isRange && ipaddr.parseCIDR(proxy)[1] === 0) {
      throw new SettingProblem(
        `must not trust every address, or anyone could forge forwarding headers (entry ${i + 1} does)`,
      );
    }
  });
  return proxies;
}

/** Whom the HTTP layer trusts. */
export const httpSettings = {
  corsOrigins: setting({
    name: 'CORS_ORIGINS',
    default: '',
    unit: 'origins with commas between them',
    meaning:
      'Origins whose pages may read answers of the feature modules, such as `https://app.example.com`; `*` is for development only.',
    specification: { title: 'RFC 6454 §6.2', url: 'https://www.rfc-editor.org/rfc/rfc6454#section-6.2' },
    parse: parseOrigins,
  }),
  trustedProxies: setting({
    name: 'TRUSTED_PROXIES',
    default: '',
    unit: 'IP addresses and CIDR ranges with commas between them',
    meaning: 'Proxies whose `X-Forwarded-*` headers are believed; without any, the address of the connection counts.',
    parse: parseProxies,
  }),
};
