import { setting, SettingProblem } from '../setting';
import { oneOf } from '../value-parsers';

function parseEmail(value: string): string {
  if (value.length > 254 || !/^[^\s@]+@[^\s@]+$/.test(value)) {
    throw new SettingProblem('must be one e-mail address');
  }
  return value;
}

function parsePassword(value: string): string {
  const length = Array.from(value).length;
  // NIST SP 800-63B §5.1.1.2: at least 8 characters; long ones are welcome, within a bound.
  if (length < 8 || length > 256) {
    throw new SettingProblem('must be 8 to 256 characters long');
  }
  return value;
}

/** Who may have an account. */
export const accountSettings = {
  registration: setting({
    name: 'REGISTRATION',
    default: 'open',
    unit: '`open` or `closed`',
    meaning: 'Whether people may make accounts for themselves.',
    parse: oneOf('open', 'closed'),
  }),
  administratorEmail: setting<string | null>({
    name: 'ADMIN_EMAIL',
    default: 'none',
    unit: 'e-mail address',
    meaning: 'With ADMIN_PASSWORD: the administrator that is made at start where there is none.',
    parse: parseEmail,
    fallback: () => null,
  }),
  administratorPassword: setting<string | null>({
    name: 'ADMIN_PASSWORD',
    default: 'none',
    unit: '8 to 256 characters',
    meaning: 'The first password of that administrator; take it out of the environment after the first start.',
    specification: {
      title: 'NIST SP 800-63B §5.1.1.2',
      url: 'https://pages.nist.gov/800-63-3/sp800-63b.html#memsecretver',
    },
    secret: true,
    verbatim: true,
    parse: parsePassword,
    fallback: () => null,
  }),
};
