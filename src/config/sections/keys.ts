import { setting, SettingProblem, type SettingContext } from '../setting';
import { duration, DURATION_UNIT, listItems } from '../value-parsers';

/** The key that the documentation shows; production refuses it. */
export const DOCUMENTED_EXAMPLE_KEY = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

/** 32 random bytes have about 30 different values; fewer than this is a pattern and not chance. */
const LEAST_DIFFERENT_BYTES = 9;

const HOW_TO_MAKE_ONE = 'make one with: openssl rand -base64 32';

function parseEncryptionKeys(value: string, { mode }: SettingContext): readonly string[] {
  const keys = listItems(value);
  for (const key of keys) {
    // 32 bytes are 43 characters, the padding apart, in base64 and in base64url.
    if (!/^([A-Za-z0-9+/]{43}|[A-Za-z0-9_-]{43})=?$/.test(key)) {
      throw new SettingProblem(
        `must be 32 random bytes in base64, or a comma-separated list of such keys; ${HOW_TO_MAKE_ONE}`,
      );
    }
    if (mode === 'production' && isWeak(Buffer.from(key, 'base64'))) {
      throw new SettingProblem(
        `must be random in production, not a pattern or the documentation’s example; ${HOW_TO_MAKE_ONE}`,
      );
    }
  }
  return keys;
}

function isWeak(key: Buffer): boolean {
  const step = (key.readUInt8(1) - key.readUInt8(0)) & 0xff;
  const isSequence = key.every((byte, i) => i === 0 || ((byte - key.readUInt8(i - 1)) & 0xff) === step);
  return (
    isSequence || new Set(key).size < LEAST_DIFFERENT_BYTES || key.equals(Buffer.from(DOCUMENTED_EXAMPLE_KEY, 'base64'))
  );
}

/** How signing keys are kept and how often they change. */
export const keySettings = {
  encryptionKeys: setting<readonly string[]>({
    name: 'KEY_ENCRYPTION_KEY',
    default: 'made and kept beside the database; required in production',
    unit: '32 bytes in base64, or a list with commas',
    meaning:
      'Encrypts private signing keys in the database. Of several, the first encrypts and all decrypt, so that a key can be changed: put the new one first, drop the old one later.',
    secret: true,
    requiredInProduction: `32 random bytes in base64; ${HOW_TO_MAKE_ONE}; a database from development has its own in gatehouse.key, beside it`,
    parse: parseEncryptionKeys,
    fallback: () => [],
  }),
  rotationInterval: setting({
    name: 'KEY_ROTATION_INTERVAL',
    default: '90d',
    unit: DURATION_UNIT,
    meaning: 'How long a signing key signs before the next one takes over.',
    specification: {
      title: 'OpenID Connect Core §10.1.1',
      url: 'https://openid.net/specs/openid-connect-core-1_0.html#RotateSigKeys',
    },
    parse: duration('1h', '3650d'),
  }),
};
