import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child, freePort } from './child.js';
import { NODE_FLAGS } from './node-flags.js';

const script = (name) => fileURLToPath(new URL(`../servers/${name}.js`, import.meta.url));

/** Keys that the verifying peers are given: a P-256 pair as PEM, and a shared secret. */
export function peerKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }),
    secret: randomBytes(48).toString('base64url'),
  };
}

/** Nest + Express + passport-jwt. @param {{ core: number | null, key: string, keyObject?: boolean }} options */
export function startNestPassport({ core, key, keyObject = false }) {
  return startPeer('nest-passport', core, { KEY: key, ...(keyObject ? { KEY_OBJECT: '1' } : {}) }, '/bench/open');
}

/** Fastify + @fastify/jwt. */
export function startFastifyJwt({ core, keys }) {
  return startPeer('fastify-jwt', core, { PRIVATE_KEY: keys.privatePem, PUBLIC_KEY: keys.publicPem }, '/bench/open');
}

/** oidc-provider on an SQLite file. @param {{ core: number | null, folder: string, synchronous: 'NORMAL' | 'FULL', secret?: string }} options */
export function startOidcProvider({ core, folder, synchronous, secret }) {
  return startOidcProviderOn({ core, database: join(folder, 'oidc-provider.sqlite'), synchronous, secret });
}

/**
 * oidc-provider.
 *
 * @param {{ core: number | null, database: string | null, synchronous?: 'NORMAL' | 'FULL', secret?: string }} options
 *   `database`: an SQLite file or the URL of a PostgreSQL database; null for its memory. `secret`: that of its confidential client
 */
export function startOidcProviderOn({ core, database, synchronous = 'NORMAL', secret = '' }) {
  const env = { DATABASE: database ?? '', SYNCHRONOUS: synchronous, SECRET: secret };
  return startPeer('oidc-provider', core, env, '/jwks');
}

/** The hash baseline; it is told over IPC what to do. */
export function startArgon2({ core }) {
  return new Child({ name: 'argon2', script: script('argon2'), core });
}

async function startPeer(name, core, env, alivePath) {
  const port = await freePort();
  const child = new Child({
    name,
    script: script(name),
    core,
    nodeOptions: NODE_FLAGS,
    env: { PORT: String(port), NODE_ENV: 'production', ...env },
  });
  await child.answers(`http://127.0.0.1:${port}${alivePath}`);
  return { port, pid: child.pid, stop: () => child.stop() };
}
