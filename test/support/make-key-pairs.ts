import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** More than any test file needs of one database. */
const COUNT = 24;

/** Makes RSA key pairs once for all tests: each takes longer than the start of an application, which needs three. */
export default async function makeKeyPairs(): Promise<void> {
  const options = {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  } as const;
  const pairs = await Promise.all(Array.from({ length: COUNT }, () => promisify(generateKeyPair)('rsa', options)));
  process.env.TEST_RSA_KEYS = JSON.stringify(pairs.map(({ privateKey }) => privateKey));
}
