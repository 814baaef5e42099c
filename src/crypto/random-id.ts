import { randomBytes } from 'node:crypto';

/** Random bytes taken from the system a block at a time: one call for many ids. */
const POOL_SIZE = 4_096;
let pool = Buffer.alloc(0);
let used = 0;

/** An unguessable identifier of 128 bits, base64url (22 characters). None begins with `-`: a command line would take it for an option. */
export function randomId(): string {
  let id = nextId();
  while (id.startsWith('-')) id = nextId();
  return id;
}

function nextId(): string {
  if (used + 16 > pool.length) {
    pool = randomBytes(POOL_SIZE);
    used = 0;
  }
  return pool.toString('base64url', used, (used += 16));
}

/** A secret of 256 bits. */
export function randomSecret(): Buffer {
  return randomBytes(32);
}
