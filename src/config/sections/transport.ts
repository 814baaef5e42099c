import { setting, SettingProblem } from '../setting';

function parsePath(value: string): string {
  if (value.includes('-----BEGIN')) throw new SettingProblem('must be the path of a PEM file, not what is in it');
  return value;
}

/** How the service speaks TLS by itself; without, a proxy in front of it does. */
export const transportSettings = {
  certificate: setting<string | null>({
    name: 'TLS_CERT',
    default: 'none',
    unit: 'path of a PEM file',
    meaning:
      'With TLS_KEY: the service speaks https by itself, with this certificate and those that vouch for it, its own first; both files are read again at SIGHUP. Without, a proxy in front of the service speaks https.',
    specification: { title: 'RFC 9325', url: 'https://www.rfc-editor.org/rfc/rfc9325' },
    parse: parsePath,
    fallback: () => null,
  }),
  key: setting<string | null>({
    name: 'TLS_KEY',
    default: 'none',
    unit: 'path of a PEM file',
    meaning: 'The private key of that certificate, not encrypted.',
    parse: parsePath,
    fallback: () => null,
  }),
};
