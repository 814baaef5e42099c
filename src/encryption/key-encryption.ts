import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Settings } from '../config/settings';
import { StartupError } from '../config/startup-error';
import { Envelope, EnvelopeNotOpened } from '../crypto/envelope';
import { randomId, randomSecret } from '../crypto/random-id';

/** The file that holds the key-encryption key where none is set; production demands KEY_ENCRYPTION_KEY instead. */
const FILE_NAME = 'gatehouse.key';

/**
 * The envelope that keeps private keys and server secrets in the database.
 * In development its key is made at first start and kept beside the database, readable by its owner only.
 * @throws {StartupError} when the file cannot be made or does not hold a key
 */
export function envelopeFor(settings: Settings): Envelope {
  const given = settings.keys.encryptionKeys;
  const keys = given.length > 0 ? given : [keyFromFile(keyFile(settings))];
  return new Envelope(keys.map((key) => Buffer.from(key, 'base64')));
}

/** Turns the discovery that KEY_ENCRYPTION_KEY does not fit this database into a {@link StartupError}; passes every other error on. */
export function asStartupError(error: unknown): unknown {
  return error instanceof EnvelopeNotOpened ? new StartupError(error.message, { cause: error }) : error;
}

function keyFile(settings: Settings): string {
  return join(settings.database.kind === 'sqlite' ? dirname(settings.database.file) : 'data', FILE_NAME);
}

function keyFromFile(file: string): string {
  const known = readKey(file);
  if (known !== null) return known;
  const key = randomSecret().toString('base64');
  const draft = `${file}.${randomId()}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    const descriptor = openSync(draft, 'wx', 0o600);
    writeSync(descriptor, `${key}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
    linkSync(draft, file); // fails where another process was first: a key is never replaced, nor read half-written
    return key;
  } catch (error) {
    const other = readKey(file);
    if (other !== null) return other;
    throw new StartupError(
      `The key file ${file} cannot be written: change the rights of its folder, or set KEY_ENCRYPTION_KEY.`,
      {
        cause: error,
      },
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

function readKey(file: string): string | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new StartupError(`The key file ${file} cannot be read: change its rights, or set KEY_ENCRYPTION_KEY.`, {
      cause: error,
    });
  }
  if (Buffer.from(text, 'base64').length !== 32) {
    throw new StartupError(
      `The key file ${file} does not hold 32 bytes in base64: restore it, or set KEY_ENCRYPTION_KEY to the key in use before.`,
    );
  }
  return text;
}
