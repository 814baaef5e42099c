import crypto from 'node:crypto';
import { promisify } from 'node:util';

/** What `make-key-pairs` has made: applications of tests that ask for an RSA key pair are given one of these, in turn. */
const ready = JSON.parse(process.env.TEST_RSA_KEYS ?? '[]') as string[];
const generateKeyPair = promisify(crypto.generateKeyPair) as (type: string, options: object) => Promise<object>;
let next = Math.floor(Math.random() * ready.length);

const given = (type: string, options: { readonly modulusLength?: number }): Promise<object> => {
  if (type !== 'rsa' || options.modulusLength !== 2048 || ready.length === 0) return generateKeyPair(type, options);
  const privateKey = crypto.createPrivateKey(ready[next++ % ready.length]!);
  return Promise.resolve({ privateKey, publicKey: crypto.createPublicKey(privateKey) });
};

const withCallback = crypto.generateKeyPair;
crypto.generateKeyPair = Object.assign((...args: Parameters<typeof withCallback>) => withCallback(...args), {
  [promisify.custom]: given,
}) as unknown as typeof withCallback;
