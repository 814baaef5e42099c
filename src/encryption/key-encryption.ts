import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Settings } from '../config/settings';
import { StartupError } from '../config/startup-error';
import { Envelope, EnvelopeNotOpened, GIVE_THE_KEY } from '../crypto/envelope';
import { randomId, randomSecret } from '../crypto/random-id';
import type { Reader } from '../database/reader';

/** The file that holds the key-encryption key where none is set; production demands KEY_ENCRYPTION_KEY instead. */
const FILE_NAME = 'gatehouse.key';

/**
 * The envelope that keeps private keys and server secrets in the database.
 * In development its key is made at first start and kept beside the database, readable by its owner only.
 * @param holdsSecrets whether the database holds any by now: then no other key is made for it
 * @throws {StartupError} when the file cannot be made, does not hold a key, or is gone
 */
export function envelopeFor(settings: Settings, holdsSecrets: boolean): Envelope {
  const file = keyFile(settings);
  const given = settings.keys.encryptionKeys;
  const keys = given.length > 0 ? given : [keyFromFile(file, holdsSecrets)];
  return new Envelope(
    keys.map((key) => Buffer.from(key, 'base64')),
    given.length > 0
      ? remedyOf(file)
      : `the key in ${file}: restore the file, or set KEY_ENCRYPTION_KEY to the key it held`,
  );
}

/** Whoever gives a key of their own for the first time may have forgotten that there is one. */
function remedyOf(file: string): string {
  return existsSync(file) ? `${GIVE_THE_KEY}; the key that was made at first start is in ${file}` : GIVE_THE_KEY;
}

/** Whether the database holds anything that only its key-encryption key opens. */
export async function holdsSecrets(reader: Reader): Promise<boolean> {
  const rows = await reader.query(
    `SELECT 1 FROM server_secrets UNION ALL SELECT 1 FROM signing_keys
     UNION ALL SELECT 1 FROM client_secrets WHERE sealed IS NOT NULL LIMIT 1`,
  );
  return rows.length > 0;
}

/** Turns the discovery that KEY_ENCRYPTION_KEY does not fit this database into a {@link StartupError}; passes every other error on. */
export function asStartupError(error: unknown): unknown {
  return error instanceof EnvelopeNotOpened ? new StartupError(error.message, { cause: error }) : error;
}

function keyFile(settings: Settings): string {
  return join(settings.database.kind === 'sqlite' ? dirname(settings.database.file) : 'data', FILE_NAME);
}

function keyFromFile(file: string, isInUse: boolean): string {
  const known = readKey(file);
  if (known !== null) return known;
  if (isInUse) {
    throw new StartupError(
      `The key of this database was kept in ${file}, which is gone: restore the file, or set KEY_ENCRYPTION_KEY to the key it held.`,
    );
  }
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
